import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointOf } from './endpoint-of.ts';

const front = { id: 'f1', name: 'front' };
const on = (...networks: { network: string; aliases?: string[]; ipv4?: string; links?: string[] }[]) => ({
  config: { networks },
});

test('a container comes back to a network with the names and addresses it had asked for', () => {
  const wanted = { aliases: ['db'], ipv4: '172.30.0.9' };
  assert.deepEqual(endpointOf(on({ network: 'back' }, { network: 'front', ...wanted }), front), wanted);
  assert.deepEqual(endpointOf(on({ network: 'f1', aliases: ['db'] }), front), { aliases: ['db'] });
});

test('it comes back as any other where it asked for nothing, and not at all where it had asked for more', () => {
  assert.deepEqual(endpointOf({ config: { networks: undefined } }, front), {});
  assert.deepEqual(endpointOf(on({ network: 'back' }), front), {});
  assert.equal(endpointOf(on({ network: 'front', links: ['db'] }), front), undefined);
});
