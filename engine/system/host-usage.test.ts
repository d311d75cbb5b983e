import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuPercent, parseCpuTicks, parseMemory } from './host-usage.ts';

test('cpu is what was not idle between two readings', () => {
  const before = parseCpuTicks('cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3\n');
  assert.deepEqual(before, { busy: 200, total: 1000 });
  const now = parseCpuTicks('cpu  150 0 150 750 150 0 0 0 90 0\n');
  assert.equal(cpuPercent(before, now), 50);
  assert.equal(cpuPercent(now, now), 0);
});

test('memory in use is what is not available', () => {
  const text = 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    600 kB\n';
  assert.deepEqual(parseMemory(text), { totalBytes: 1_024_000, usedBytes: 409_600 });
});
