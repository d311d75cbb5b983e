import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSamples, sparkPoints, toUsage } from './usage.ts';

const sample = (second: number, cpuMs: number, workingSetBytes = 10) => ({
  at: new Date(second * 1_000),
  cpuNs: cpuMs * 1e6,
  workingSetBytes,
  memoryLimitBytes: 100,
});

test('CPU is the time spent between two samples, in percent of one core', () => {
  const usage = toUsage([sample(0, 0), sample(1, 500), sample(3, 4_500, 30)]);
  assert.deepEqual(usage?.cpu, [50, 200]);
  assert.equal(usage.memoryBytes, 30);
  assert.equal(toUsage([]), undefined);
});

test('a sample counts once, and a restart begins anew', () => {
  const first = [sample(0, 0), sample(1, 500)];
  assert.equal(addSamples(first, [sample(1, 500), sample(2, 600)]).length, 3);
  assert.deepEqual(addSamples(first, [sample(2, 5)]), [sample(2, 5)]);
  const many = Array.from({ length: 100 }, (_, second) => sample(second, second));
  assert.equal(addSamples([], many).length, 61);
});

test('a line ends at the right edge and never leaves its box', () => {
  const box = { width: 50, height: 20, slots: 6, floor: 100 };
  assert.equal(sparkPoints([0, 100], box), '40.0,19.0 50.0,1.0');
  assert.equal(sparkPoints([50, 400], box), '40.0,16.8 50.0,1.0');
  assert.equal(sparkPoints([], box), '');
});
