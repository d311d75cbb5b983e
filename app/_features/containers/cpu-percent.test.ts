import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuPercents } from './cpu-percent.ts';

const startedAt = new Date('2026-11-21T10:00:00Z');
const at = (seconds: number) => new Date(startedAt.getTime() + 1_000 * seconds);

test('percent of one core between two readings, two cores are 200; idle is 0 and a new process has none', () => {
  const before = [
    { pid: 1, startedAt, readAt: at(10), cpuSeconds: 4 },
    { pid: 2, startedAt, readAt: at(10), cpuSeconds: 1 },
    { pid: 3, startedAt, readAt: at(10), cpuSeconds: 7 },
  ];
  const now = [
    { pid: 1, startedAt, readAt: at(12), cpuSeconds: 8 },
    { pid: 2, startedAt, readAt: at(12), cpuSeconds: 1.5 },
    { pid: 3, startedAt, readAt: at(12), cpuSeconds: 7 },
    { pid: 4, startedAt: at(11), readAt: at(12), cpuSeconds: 1 },
  ];
  assert.deepEqual(
    [...cpuPercents(before, now)],
    [
      [1, 200],
      [2, 25],
      [3, 0],
    ],
  );
});

test('a pid that another process has now, and two readings of one moment, tell nothing', () => {
  const reading = { pid: 1, startedAt, readAt: at(10), cpuSeconds: 4 };
  assert.equal(cpuPercents([reading], [{ ...reading, startedAt: at(11), readAt: at(12) }]).size, 0);
  assert.equal(cpuPercents([reading], [reading]).size, 0);
});
