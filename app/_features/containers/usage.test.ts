import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LivePoint } from './live-points.ts';
import { sparkPoints, toUsage } from './usage.ts';

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
const point = (at: number, cpu: number | null, memory = 10): LivePoint => ({ ...NONE, at, cpu, memory, pids: 1 });

test('what is not known is left out, and is not zero', () => {
  const usage = toUsage([point(1, null), point(2, 50), point(3, 200, 30)]);
  assert.deepEqual(usage?.cpu, [
    { at: 2, value: 50 },
    { at: 3, value: 200 },
  ]);
  assert.deepEqual([usage.cpuNow, usage.memoryBytes], [200, 30]);
  assert.equal(toUsage([point(1, null)])?.cpuNow, undefined);
  assert.equal(toUsage([]), undefined);
});

test('a line ends at the right edge, keeps its times and never leaves its box', () => {
  const box = { width: 60, height: 20, floor: 100 };
  const values = (...pairs: [number, number][]) => pairs.map(([second, value]) => ({ at: second * 1_000, value }));
  assert.equal(sparkPoints(values([0, 0], [10, 100]), box), '50.0,19.0 60.0,1.0');
  assert.equal(sparkPoints(values([0, 50], [2, 400]), box), '58.0,16.8 60.0,1.0');
  assert.equal(sparkPoints(values([0, 0], [600, 0]), box), '0.0,19.0 60.0,19.0');
  assert.equal(sparkPoints([], box), '');
});
