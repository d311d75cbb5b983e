import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLine, LogWindow, parseReceived, type Received } from './log-window.ts';

const lines = (from: number, count: number): Received[] =>
  Array.from({ length: count }, (_, index) => ({
    time: '2026-11-21T10:59:38.114000000Z',
    stream: 'stdout',
    text: `line ${from + index}`,
    cursor: `0:${from + index}`,
  }));
const texts = (window: LogWindow) =>
  window.entries.map((entry) => (isLine(entry) ? entry.text.slice('line '.length) : `-${entry.skipped}`)).join(' ');

test('older lines leave at the top and can be read again', () => {
  const window = new LogWindow({ lines: 4, chars: 1_000 });
  window.append(lines(1, 3));
  window.hasOlder = false;
  window.append(lines(4, 3));
  assert.equal(texts(window), '3 4 5 6');
  assert.equal(window.hasOlder, true);
});

test('the window is bounded by its characters too', () => {
  const window = new LogWindow({ lines: 100, chars: 20 });
  window.append(lines(1, 5));
  assert.equal(texts(window), '3 4 5');
});

test('while paused it stands still and counts; resuming shows what waited', () => {
  const window = new LogWindow({ lines: 100, chars: 1_000 });
  window.append(lines(1, 2));
  window.isPaused = true;
  window.append([...lines(3, 2), { skipped: 10 }]);
  assert.equal(texts(window), '1 2');
  assert.equal(window.waitingLines, 12);
  window.resume();
  assert.equal(texts(window), '1 2 3 4 -10');
  assert.equal(window.waitingLines, 0);
});

test('too much that waits becomes a gap with its number', () => {
  const window = new LogWindow({ lines: 8, chars: 1_000 });
  window.isPaused = true;
  window.append(lines(1, 5));
  window.resume();
  assert.equal(texts(window), '-3 4 5');
});

test('reading back fills the window from the top; the newest leave and it is detached', () => {
  const window = new LogWindow({ lines: 4, chars: 1_000 });
  window.append(lines(10, 3));
  assert.equal(window.prepend(lines(7, 3)), 3);
  assert.equal(texts(window), '7 8 9 10');
  assert.equal(window.isDetached, true);
  window.prepend([]);
  assert.equal(window.hasOlder, false);
});

test('gaps that follow each other are one, and are filled from their end', () => {
  const window = new LogWindow();
  window.append([{ skipped: 3 }]);
  window.append([{ skipped: 2 }, ...lines(6, 1)]);
  assert.equal(texts(window), '-5 6');
  assert.equal(window.skippedLines, 5);
  const [gap] = window.entries;
  assert.ok(gap !== undefined && !isLine(gap));
  window.fill(gap, lines(4, 2));
  assert.equal(texts(window), '-3 4 5 6');
  assert.equal(window.skippedLines, 3);
  window.clear();
  assert.equal(window.skippedLines, 0);
});

test('a message is JSON lines', () => {
  assert.deepEqual(parseReceived('{"skipped":2}\n'), [{ skipped: 2 }]);
});
