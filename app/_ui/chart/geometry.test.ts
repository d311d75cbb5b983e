import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaPath, linePath, movedSpan, nearestIndex, roundUp, summarize } from './geometry.ts';

const BOX = { width: 100, height: 50 };
const SPAN = { from: 0, to: 100 };

test('a line begins at zero and ends at its top', () => {
  const line = { at: [0, 50, 100], values: [0, 5, 10] };
  assert.equal(linePath(line, SPAN, 10, 60, BOX), 'M0.0,50.0L50.0,25.0L100.0,0.0');
  assert.equal(areaPath(line, SPAN, 10, 60, BOX), 'M0.0,50L0.0,50.0L50.0,25.0L100.0,0.0L100.0,50Z');
});

test('what was not measured is not drawn: neither a long pause nor an unknown value is bridged', () => {
  const paused = { at: [0, 10, 60, 70], values: [1, 1, 1, 1] };
  assert.equal(linePath(paused, SPAN, 1, 15, BOX).match(/M/g)?.length, 2);
  const unknown = { at: [0, 10, 20, 30], values: [1, null, 1, 1] };
  assert.equal(linePath(unknown, SPAN, 1, 15, BOX), 'M0.0,0.0h.01M20.0,0.0L30.0,0.0');
  assert.equal(areaPath(unknown, SPAN, 1, 15, BOX).match(/M/g)?.length, 1);
});

test('a scale ends at a round number', () => {
  const cases: [number, boolean, number][] = [
    [0, false, 1],
    [3, false, 5],
    [88, false, 100],
    [101, false, 200],
    [0.3, false, 0.5],
    [410 * 2 ** 20, true, 512 * 2 ** 20],
    [513 * 2 ** 20, true, 1024 * 2 ** 20],
    [1.5 * 2 ** 30, true, 2 * 2 ** 30],
    [700, true, 1_024],
  ];
  for (const [value, binary, expected] of cases) assert.equal(roundUp(value, binary), expected, `${value}`);
});

test('a summary speaks of what is known', () => {
  assert.deepEqual(summarize({ at: [1, 2, 3, 4], values: [2, null, 8, 5] }), {
    now: 5,
    mean: 5,
    max: 8,
    maxAt: 3,
    count: 3,
  });
  assert.equal(summarize({ at: [1], values: [null] }), undefined);
  assert.equal(nearestIndex([10, 20, 30], 24), 1);
  assert.equal(nearestIndex([], 24), -1);
});

test('a stretch of time follows the pointer, back as far as one likes and forth until now', () => {
  assert.deepEqual(movedSpan({ from: 100, to: 200 }, 30, 1_000), { from: 70, to: 170 });
  assert.deepEqual(movedSpan({ from: 100, to: 200 }, -30, 1_000), { from: 130, to: 230 });
  assert.deepEqual(movedSpan({ from: 100, to: 200 }, -30, 210), { from: 110, to: 210 });
  assert.deepEqual(movedSpan({ from: 100, to: 200 }, -30, 150), { from: 100, to: 200 });
});
