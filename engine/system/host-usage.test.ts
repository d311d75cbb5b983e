import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuPercent } from './host-usage.ts';

test('cpu is what was not idle between two readings', () => {
  const before = { cpuBusy: 200, cpuTotal: 1000 };
  assert.equal(cpuPercent(before, { cpuBusy: 300, cpuTotal: 1200 }), 50);
  assert.equal(cpuPercent(before, before), 0);
});
