import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRanges, markSpans } from './highlight.ts';

test('hits are found next to each other, by case when asked', () => {
  assert.deepEqual(findRanges('aAaa', 'aa', false), [
    [0, 2],
    [2, 4],
  ]);
  assert.deepEqual(findRanges('aAaa', 'aa', true), [[2, 4]]);
  assert.deepEqual(findRanges('text', '', false), []);
});

test('a hit that reaches over a change of colour is marked in both', () => {
  const red = { fg: { palette: 1 } };
  const spans = [
    { text: 'con', style: red },
    { text: 'nect all', style: {} },
  ];
  assert.deepEqual(markSpans(spans, 'CONNECT', false), [
    { text: 'con', style: red, hit: true },
    { text: 'nect', style: {}, hit: true },
    { text: ' all', style: {}, hit: false },
  ]);
  assert.deepEqual(
    markSpans(spans, 'x', false).map(({ hit }) => hit),
    [false, false],
  );
});
