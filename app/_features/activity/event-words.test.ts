import assert from 'node:assert/strict';
import { test } from 'node:test';
import en from '../../messages/en.json' with { type: 'json' };
import { eventWords } from './event-words.ts';

const sentences: Record<'by' | 'alone', Record<string, string>> = en.event;
const keyOf = (action: string, more: Partial<Parameters<typeof eventWords>[0]> = {}) => {
  const event = { type: 'container' as const, action, actor: undefined, attributes: {}, ...more };
  const { kind, form } = eventWords(event, (one, told) => sentences[told][one] !== undefined);
  return `${kind}.${form}`;
};

test('a sentence begins with who did it, where somebody did', () => {
  assert.equal(keyOf('start', { actor: 'anna' }), 'start.by');
  assert.equal(keyOf('start'), 'start.alone');
  assert.equal(keyOf('exec_start: sh -c true', { actor: 'anna' }), 'exec_start.by');
});

test('what only happens has one form, whoever led to it', () => {
  assert.equal(keyOf('die', { actor: 'anna' }), 'die.alone');
  assert.equal(keyOf('health_status: unhealthy'), 'health_status_unhealthy.alone');
});

test('the container that came and the earlier name are told where they are known', () => {
  const actor = 'anna';
  assert.equal(keyOf('connect', { type: 'network', actor, attributes: { container: 'c1' } }), 'connectOne.by');
  assert.equal(keyOf('connect', { type: 'network', actor }), 'connect.by');
  assert.equal(keyOf('rename', { actor, attributes: { oldName: '/web' } }), 'renameOne.by');
  // Volumes tell their container too, but have no sentence with it.
  assert.equal(keyOf('mount', { type: 'volume', attributes: { container: 'c1' } }), 'mount.alone');
});

test('two names for one thing share a sentence, and an unknown action is told as it is', () => {
  assert.equal(keyOf('delete', { type: 'image', actor: 'anna' }), 'destroy.by');
  assert.equal(keyOf('remove'), 'destroy.alone');
  assert.equal(keyOf('checkpoint', { actor: 'anna' }), 'other.by');
  assert.equal(keyOf('checkpoint'), 'other.alone');
});
