import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFinder } from './finder.ts';

const plain = { regex: false, matchCase: false, wholeWord: false };
const hits = (words: string, text: string, how: Partial<typeof plain> = {}) =>
  createFinder({ ...plain, ...how, words })
    ?.hits(text)
    .map(([from, to]) => text.slice(from, to));

test('hits are found next to each other, by case when asked', () => {
  assert.deepEqual(hits('aa', 'aAaa'), ['aA', 'aa']);
  assert.deepEqual(hits('aa', 'aAaa', { matchCase: true }), ['aa']);
  assert.equal(createFinder({ ...plain, words: '' }), undefined);
});

test('a whole word is no part of another one, and a sign needs no edge', () => {
  assert.deepEqual(hits('err', 'err error ERR', { wholeWord: true }), ['err', 'ERR']);
  assert.deepEqual(hits('a.b', 'a.b axb xa.b', { wholeWord: true }), ['a.b']);
  assert.deepEqual(hits('[x]', 'a[x]b', { wholeWord: true }), ['[x]']);
  assert.deepEqual(hits('a|b', 'a ab b', { wholeWord: true, regex: true }), ['a', 'b']);
});

test('a pattern is one only when asked for', () => {
  assert.deepEqual(hits('4\\d\\d', '200 404', { regex: true }), ['404']);
  assert.deepEqual(hits('4\\d\\d', '404 4\\d\\d'), ['4\\d\\d']);
});

test('colours in a line do not hide what it says', () => {
  const line = { id: 1, timeMs: 0, stream: 'stdout', text: '\u001b[31mge\u001b[0mt', cursor: '0:1' } as const;
  const finder = createFinder({ ...plain, words: 'GET' });
  assert.equal(finder?.matches(line), true);
  assert.equal(finder?.matches(line), true);
  assert.equal(createFinder({ ...plain, words: '[31m' })?.matches(line), false);
});
