import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineLimiter } from './line-limiter.ts';

const batch = (count: number, bytes = 10) => Array.from({ length: count }, () => ({ text: new Uint8Array(bytes) }));

test('lines above the limit of a second are counted, and the next second begins anew', () => {
  const limiter = new LineLimiter({ lines: 100, bytes: 1_000_000 });
  assert.equal(limiter.admit(batch(60), 0, false).length, 60);
  assert.equal(limiter.admit(batch(60), 500, false).length, 40);
  assert.equal(limiter.admit(batch(60), 999, false).length, 0);
  assert.equal(limiter.takeSkipped(), 80);
  assert.equal(limiter.takeSkipped(), 0);
  assert.equal(limiter.admit(batch(60), 1_000, false).length, 60);
});

test('long lines are limited by their bytes', () => {
  const limiter = new LineLimiter({ lines: 100, bytes: 25 });
  assert.equal(limiter.admit(batch(10), 0, false).length, 3);
  assert.equal(limiter.takeSkipped(), 7);
});

test('a client that is behind gets nothing more', () => {
  const limiter = new LineLimiter();
  assert.equal(limiter.admit(batch(10), 0, true).length, 0);
  assert.equal(limiter.takeSkipped(), 10);
});

test('it is open while anything would be let through; what was not asked for is counted too', () => {
  const limiter = new LineLimiter({ lines: 10, bytes: 1_000 });
  assert.equal(limiter.isOpen(0, false), true);
  assert.equal(limiter.isOpen(0, true), false);
  limiter.admit(batch(4), 0, false);
  assert.equal(limiter.isOpen(500, false), true);
  limiter.admit(batch(6), 500, false);
  assert.equal(limiter.isOpen(999, false), false);
  limiter.skip(7);
  assert.equal(limiter.takeSkipped(), 7);
  assert.equal(limiter.isOpen(1_000, false), true);
});
