import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DetachDetector, parseDetachKeys } from './detach-keys.ts';

test('detach keys are control characters or plain ones', () => {
  assert.deepEqual(parseDetachKeys(''), [16, 17]);
  assert.deepEqual(parseDetachKeys('ctrl-x'), [24]);
  assert.deepEqual(parseDetachKeys('ctrl-@,ctrl-[,q'), [0, 27, 113]);
  for (const bad of ['ctrl-', 'ctrl-é', 'xy', 'a,,b']) {
    assert.throws(() => parseDetachKeys(bad), { code: 'invalid_argument' }, bad);
  }
});

test('the keys are found across pieces and never reach the process', () => {
  const detector = new DetachDetector([16, 17]);
  assert.deepEqual(detector.push(Buffer.from('ab\x10')), { data: Buffer.from('ab'), detached: false });
  assert.deepEqual(detector.push(Buffer.from('\x11rest')), { data: Buffer.from(''), detached: true });
});

test('what only looked like the beginning goes on to the process', () => {
  const detector = new DetachDetector([16, 17]);
  assert.deepEqual(detector.push(Buffer.from('\x10')), { data: Buffer.from(''), detached: false });
  assert.deepEqual(detector.push(Buffer.from('x')), { data: Buffer.from('\x10x'), detached: false });
  assert.deepEqual(detector.push(Buffer.from('\x10\x10\x11')), { data: Buffer.from('\x10'), detached: true });
});
