import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addPoints, type LivePoint } from './live-points.ts';

const NONE = {
  cpuMax: 0,
  throttled: 0,
  memoryMax: 0,
  cache: 0,
  swap: 0,
  memoryLimit: 0,
  rx: 0,
  tx: 0,
  read: 0,
  write: 0,
};
const point = (at: number, cpu: number | null = 1): LivePoint => ({ ...NONE, at, cpu, memory: 1, pids: 1 });

test('a point counts once, the past may come after the present, and what is old goes', () => {
  const first = addPoints([], [point(10), point(20)], 100);
  assert.deepEqual(
    addPoints(first, [point(5), point(20, 7)], 100).map(({ at, cpu }) => [at, cpu]),
    [
      [5, 1],
      [10, 1],
      [20, 7],
    ],
  );
  assert.deepEqual(
    addPoints(first, [point(115)], 100).map(({ at }) => at),
    [20, 115],
  );
});
