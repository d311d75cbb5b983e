import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keySequence, withCtrl } from './keys.ts';

test('arrows follow what the program asked for', () => {
  assert.equal(keySequence('up', false), '\u001b[A');
  assert.equal(keySequence('left', true), '\u001bOD');
  assert.equal(keySequence('tab', true), '\t');
});

test('Ctrl turns letters into control codes and marks arrows', () => {
  assert.equal(withCtrl('c'), '\u0003');
  assert.equal(withCtrl('D'), '\u0004');
  assert.equal(withCtrl('['), '\u001b');
  assert.equal(withCtrl('\u001bOC'), '\u001b[1;5C');
  assert.equal(withCtrl('é'), 'é');
  assert.equal(withCtrl('pasted text'), 'pasted text');
});
