import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionRemaining } from './session-remaining.ts';

const MINUTE = 60_000;
const limits = { expiresAt: new Date(100 * MINUTE), idleMs: 30 * MINUTE };

test('a session ends by idleness, which a request puts off, or by its age, which nothing does', () => {
  assert.deepEqual(sessionRemaining(limits, 10 * MINUTE, 39 * MINUTE), { ms: MINUTE, extendable: true });
  assert.deepEqual(sessionRemaining(limits, 38 * MINUTE, 39 * MINUTE), { ms: 29 * MINUTE, extendable: true });
  assert.deepEqual(sessionRemaining(limits, 99 * MINUTE, 99 * MINUTE), { ms: MINUTE, extendable: false });
});
