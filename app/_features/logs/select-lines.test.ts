import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogWindow } from './log-window.ts';
import { selectLines } from './select-lines.ts';

const line = (text: string) => ({ time: '2026-11-21T10:59:38Z', stream: 'stdout' as const, text, cursor: text });
const window = new LogWindow();
window.append([line('GET /a'), line('\u001b[31mge\u001b[0mt'), { skipped: 3 }, line('POST')]);
const all = { matchCase: false, hitsOnly: false };

test('a hit is found in what is shown, whatever colours it has', () => {
  assert.deepEqual(selectLines(window.entries, { ...all, words: 'get' }).hits, [0, 1]);
  assert.deepEqual(selectLines(window.entries, { ...all, words: 'GET', matchCase: true }).hits, [0]);
  assert.deepEqual(selectLines(window.entries, { ...all, words: '[31m' }).hits, []);
});

test('the others can be hidden; without words everything is shown', () => {
  const { shown, hits } = selectLines(window.entries, { ...all, words: 'get', hitsOnly: true });
  assert.equal(shown.length, 2);
  assert.deepEqual(hits, [0, 1]);
  assert.equal(selectLines(window.entries, { ...all, words: '', hitsOnly: true }).shown, window.entries);
});
