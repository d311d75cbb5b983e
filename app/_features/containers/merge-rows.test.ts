import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeRows } from './merge-rows.ts';

const row = (id: string, name = id) => ({ id, name });

test('rows that changed stand where they stood, new ones are first, those that are gone go', () => {
  const before = [row('c'), row('b'), row('a')];
  const after = mergeRows(before, ['d', 'b', 'a'], [row('d'), row('b', 'other')]);
  assert.deepEqual(after, [row('d'), row('c'), row('b', 'other')]);
  assert.equal(after[1], before[0], 'what did not change is the same object');
});

test('an answer to something that was not asked changes nothing', () => {
  const before = [row('a')];
  assert.deepEqual(mergeRows(before, ['b'], [row('a', 'other')]), before);
});
