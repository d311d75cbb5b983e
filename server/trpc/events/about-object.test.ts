import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NumberedEvent } from '#engine/events/index.ts';
import { aboutObject } from './about-object.ts';

let seq = 0;
function event(type: NumberedEvent['type'], action: string, id: string, more: Partial<NumberedEvent> = {}) {
  seq += 1;
  return { seq, type, action, id, attributes: {}, at: new Date(seq), ...more };
}

const PAST = [
  event('container', 'create', 'c1', { name: 'web' }),
  event('container', 'create', 'c2', { name: 'web-2' }),
  event('network', 'connect', 'n1', { name: 'bridge', attributes: { container: 'c1' } }),
  event('network', 'connect', 'n1', { name: 'bridge', attributes: { container: 'c2' } }),
  event('container', 'rename', 'c1', { name: 'site' }),
  event('volume', 'create', 'web', { name: 'web' }),
];
const told = (object: { type: string; key: string }) =>
  aboutObject(PAST, object).map(({ type, action, id }) => `${type} ${action} ${id}`);

test('of a container, by each of its names and its id, with the networks that it came to', () => {
  const all = ['container create c1', 'network connect n1', 'container rename c1'];
  for (const key of ['web', 'site', 'c1']) assert.deepEqual(told({ type: 'container', key }), all);
});

test('of what only begins alike, or is of another kind, nothing', () => {
  assert.deepEqual(told({ type: 'volume', key: 'web' }), ['volume create web']);
  assert.deepEqual(told({ type: 'network', key: 'n1' }), ['network connect n1', 'network connect n1']);
  assert.deepEqual(told({ type: 'container', key: 'we' }), []);
});
