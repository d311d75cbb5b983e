import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAttempt, restartDelayMs, shouldRestart, withRestart } from './restart-policy.ts';

test('each policy restarts what Docker restarts', () => {
  const end = { exitCode: 1, manuallyStopped: false, restartCount: 0 };
  assert.equal(shouldRestart({ name: 'no', maxRetries: 0 }, end), false);
  assert.equal(shouldRestart({ name: 'always', maxRetries: 0 }, { ...end, exitCode: 0 }), true);
  assert.equal(shouldRestart({ name: 'unless-stopped', maxRetries: 0 }, end), true);
  assert.equal(shouldRestart({ name: 'unless-stopped', maxRetries: 0 }, { ...end, manuallyStopped: true }), false);
  assert.equal(shouldRestart({ name: 'always', maxRetries: 0 }, { ...end, manuallyStopped: true }), false);
  assert.equal(shouldRestart({ name: 'on-failure', maxRetries: 0 }, { ...end, exitCode: 0 }), false);
  assert.equal(shouldRestart({ name: 'on-failure', maxRetries: 0 }, { ...end, restartCount: 1000 }), true);
  assert.equal(shouldRestart({ name: 'on-failure', maxRetries: 3 }, { ...end, restartCount: 2 }), true);
  assert.equal(shouldRestart({ name: 'on-failure', maxRetries: 3 }, { ...end, restartCount: 3 }), false);
});

test('the delay doubles from 100 ms to a minute and starts again after a healthy run', () => {
  const delays = [1, 2, 3, 4, 10, 11, 500].map(restartDelayMs);
  assert.deepEqual(delays, [100, 200, 400, 800, 51_200, 60_000, 60_000]);
  assert.equal(nextAttempt(4, 9_999), 5);
  assert.equal(nextAttempt(4, 10_000), 1);
});

test('restarts are remembered for ten minutes, and never more than a row can hold', () => {
  const now = new Date('2026-11-21T10:00:00Z');
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
  assert.deepEqual(withRestart([], now), [now]);
  assert.deepEqual(withRestart([ago(1_140), ago(601), ago(600), ago(60)], now), [ago(600), ago(60), now]);
  const many = Array.from({ length: 300 }, (_, index) => ago(300 - index));
  const kept = withRestart(many, now);
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [100, ago(99), now]);
});
