import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFinder } from './finder.ts';
import { isLine, LogWindow } from './log-window.ts';
import { type Shown, selectLines } from './select-lines.ts';

const line = (text: string) => ({ time: '2026-11-21T10:59:38Z', stream: 'stdout' as const, text, cursor: text });
const window = new LogWindow();
window.append(['a hit', 'b', 'c', 'd', 'e hit', 'f hit', 'g', 'h'].map(line));
window.append([{ skipped: 3 }, line('i')]);

function select(words: string, show: Shown = 'all', context = 0) {
  const finder = createFinder({ words, regex: false, matchCase: false, wholeWord: false });
  const { shown, hits, count } = selectLines(window.entries, finder, { show, context });
  return { shown: shown.map((entry) => (isLine(entry) ? entry.text.charAt(0) : '-')).join(''), hits, count };
}

test('hits are counted and found among all lines', () => {
  assert.deepEqual(select('hit'), { shown: 'abcdefgh-i', hits: [0, 4, 5], count: 3 });
  assert.deepEqual(select('none'), { shown: 'abcdefgh-i', hits: [], count: 0 });
  assert.deepEqual(select(''), { shown: 'abcdefgh-i', hits: [], count: 0 });
  assert.equal(selectLines(window.entries, undefined, { show: 'hits', context: 2 }).shown, window.entries);
});

test('the others can be hidden, or the hits, or all but the neighbours of a hit, none of them twice', () => {
  assert.deepEqual(select('hit', 'hits'), { shown: 'aef', hits: [0, 1, 2], count: 3 });
  assert.deepEqual(select('hit', 'others'), { shown: 'bcdgh-i', hits: [], count: 3 });
  assert.deepEqual(select('hit', 'hits', 1), { shown: 'abdefg', hits: [0, 3, 4], count: 3 });
  assert.deepEqual(select('hit', 'hits', 20), { shown: 'abcdefgh-i', hits: [0, 4, 5], count: 3 });
});
