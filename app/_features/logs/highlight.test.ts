import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markSpans } from './highlight.ts';
import { findLinks } from './links.ts';

const red = { fg: { palette: 1 } };

test('a hit that reaches over a change of colour is marked in both', () => {
  const spans = [
    { text: 'con', style: red },
    { text: 'nect all', style: {} },
  ];
  assert.deepEqual(
    markSpans(spans, [[0, 7]], []).map(({ text, style, hit }) => ({ text, style, hit })),
    [
      { text: 'con', style: red, hit: true },
      { text: 'nect', style: {}, hit: true },
      { text: ' all', style: {}, hit: false },
    ],
  );
  assert.deepEqual(
    markSpans(spans, [], []).map(({ hit }) => hit),
    [false, false],
  );
});

test('a link is one piece before and behind a hit in it, and what stands around it is none', () => {
  const text = 'at http://a.example/x now';
  const marked = markSpans([{ text, style: {} }], [[10, 17]], findLinks(text));
  assert.deepEqual(
    marked.map((span) => [span.text, span.hit, span.link?.href]),
    [
      ['at ', false, undefined],
      ['http://', false, 'http://a.example/x'],
      ['a.examp', true, 'http://a.example/x'],
      ['le/x', false, 'http://a.example/x'],
      [' now', false, undefined],
    ],
  );
});
