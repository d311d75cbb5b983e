import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withLive } from './chart-data.ts';

test('live points follow what was answered, each once, and the oldest leave', () => {
  const answer = { from: 0, to: 30, stepMs: 10, at: [10, 20, 30], figures: { cpu: [1, null, 3] } };
  const live = [20, 30, 31, 32].map((at) => ({ at, cpu: at }));
  assert.deepEqual(withLive(answer, live, 15), { at: [20, 30, 31, 32], figures: { cpu: [null, 3, 31, 32] } });
  assert.deepEqual(withLive(answer, [], 40), { at: [], figures: { cpu: [] } });
});
