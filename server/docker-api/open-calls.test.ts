import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger } from '#engine/lib/index.ts';
import { type Actor, ROOT_PEER } from '#server/access/index.ts';
import { OpenCalls } from './open-calls.ts';

const ANN: Actor = { id: 'ann', name: 'ann', role: 'operator', credentialId: 't1', scopes: ['containers:read'] };

const connection = () => new Duplex({ read: () => undefined }) as unknown as Parameters<OpenCalls['watch']>[0];

async function until(isTrue: () => boolean): Promise<void> {
  for (const began = Date.now(); !isTrue(); await delay(2)) assert.ok(Date.now() - began < 5_000, 'in time');
}

for (const [what, change] of [
  ['is disabled', new EngineError('denied', 'nobody')],
  ['has another role', { ...ANN, role: 'viewer' as const }],
  ['holds a token with other scopes', { ...ANN, scopes: [] }],
] as const) {
  test(`all connections of somebody who ${what} are cut, those of others stay`, async () => {
    using calls = new OpenCalls(silentLogger, 5);
    let now: Actor | EngineError = ANN;
    const [first, second, other] = [connection(), connection(), connection()];
    const ask = async () => {
      if (now instanceof EngineError) throw now;
      return now;
    };
    calls.watch(first, ANN, ask);
    calls.watch(second, ANN, ask);
    calls.watch(other, { ...ANN, credentialId: 't2' }, async () => ANN);
    await delay(30);
    assert.deepEqual([first.destroyed, second.destroyed], [false, false]);
    now = change;
    await until(() => first.destroyed && second.destroyed);
    assert.equal(other.destroyed, false);
  });
}

test('a fault of ours cuts nobody, and who is done is asked about no more', async () => {
  using calls = new OpenCalls(silentLogger, 5);
  const socket = connection();
  let asked = 0;
  const watch = calls.watch(socket, ANN, async () => {
    asked += 1;
    throw new Error('database is locked');
  });
  await until(() => asked > 2);
  assert.equal(socket.destroyed, false);
  watch[Symbol.dispose]();
  const before = asked;
  await delay(30);
  assert.ok(asked <= before + 1);
});

test('root of the host is not asked about', async () => {
  using calls = new OpenCalls(silentLogger, 1);
  let asked = 0;
  calls.watch(connection(), { id: ROOT_PEER, name: 'root', role: 'owner' }, async () => {
    asked += 1;
    return ANN;
  });
  await delay(20);
  assert.equal(asked, 0);
});
