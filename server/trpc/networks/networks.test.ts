import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger } from '#engine/lib/index.ts';
import type { Role } from '#server/access/index.ts';
import type { RequestContext } from '../context.ts';
import { appRouter } from '../router.ts';

const NETWORKS = [
  { id: 'b'.repeat(64), name: 'bridge', builtin: true, owner: undefined },
  { id: 'm'.repeat(64), name: 'mine', builtin: false, owner: 'me' },
  { id: 't'.repeat(64), name: 'theirs', builtin: false, owner: 'other' },
];

/** An engine with a network of everybody, of mine and of somebody else, and a container of each of us. */
function open(role: Role) {
  const calls: string[] = [];
  const audited: string[] = [];
  const owners = new Map(NETWORKS.flatMap(({ id, owner }) => (owner === undefined ? [] : [[id, owner] as const])));
  const networks = {
    async get(ref: string) {
      const found = NETWORKS.find(({ id, name }) => id === ref || name === ref);
      if (found === undefined) throw new EngineError('not_found', `network ${ref} not found`);
      return found;
    },
    list: async (filter: object) => [filter],
    create: async (request: { name: string }, { actor }: { actor: { id: string } }) => {
      calls.push(`create ${request.name} for ${actor.id}`);
      return { ...request, id: 'n'.repeat(64) };
    },
    plan: async ({ name }: { name: string }) => {
      if (name !== 'taken') return { subnets: [{ subnet: '10.9.0.0/24', gateway: '10.9.0.1' }] };
      throw new EngineError('already_exists', `network with name ${name} already exists`, {
        reason: 'name_taken',
        name,
      });
    },
    remove: async (id: string) => void calls.push(`remove ${id[0]}`),
    prune: async () => [NETWORKS[1]],
  };
  const containers = {
    inspect: async (ref: string) => ({ id: ref, createdBy: ref === 'my-box' ? 'me' : 'other' }),
    connectNetwork: async (ref: string, endpoint: { network: string; aliases?: string[] }) =>
      void calls.push(`connect ${ref} ${endpoint.network} ${endpoint.aliases?.join() ?? ''}`.trim()),
    disconnectNetwork: async (ref: string, network: string) => void calls.push(`disconnect ${ref} ${network}`),
  };
  const services = {
    environments: { get: () => ({ networks, containers }) },
    ownership: {
      ownerOf: async (_type: string, id: string) => owners.get(id),
      claim: async (_type: string, id: string, user: string) => void owners.set(id, user),
      release: async (_type: string, id: string) => void owners.delete(id),
    },
    audit: {
      append: async (row: { action: string; result: string }) => void audited.push(`${row.action} ${row.result}`),
    },
    log: silentLogger,
  };
  const context = {
    services: services as unknown as RequestContext['services'],
    requestId: 'r1',
    actor: { id: 'me', name: 'Me', role, sessionId: 's1' },
    client: { address: '192.0.2.1', userAgent: 'test' },
    setSession() {},
  };
  return { calls, audited, owners, caller: appRouter.createCaller(context).networks };
}

test('what a developer makes becomes theirs, and belongs to nobody when it is gone', async () => {
  const { caller, calls, owners, audited } = open('developer');
  const { id } = await caller.create({ name: 'shop', subnets: [{ subnet: '10.9.0.0/24', gateway: '10.9.0.1' }] });
  assert.equal(owners.get(id), 'me');
  await caller.remove({ networkId: 'mine' });
  assert.equal(owners.has('m'.repeat(64)), false);
  assert.deepEqual(calls, ['create shop for me', 'remove m']);
  assert.deepEqual(audited, ['network.create allowed', 'network.remove allowed']);
  await assert.rejects(caller.remove({ networkId: 'theirs' }), { code: 'FORBIDDEN' });
});

test('a developer joins their own containers to their own networks and to the default ones', async () => {
  const { caller, calls } = open('developer');
  await caller.connect({ containerId: 'my-box', networkId: 'mine', aliases: ['db'] });
  await caller.connect({ containerId: 'my-box', networkId: 'bridge' });
  await caller.disconnect({ containerId: 'my-box', networkId: 'mine' });
  for (const [containerId, networkId] of [
    ['my-box', 'theirs'],
    ['their-box', 'mine'],
    ['their-box', 'theirs'],
    ['their-box', 'bridge'],
  ] as const) {
    await assert.rejects(
      caller.connect({ containerId, networkId }),
      { code: 'FORBIDDEN' },
      `${containerId} ${networkId}`,
    );
  }
  assert.deepEqual(calls, ['connect my-box mine db', 'connect my-box bridge', 'disconnect my-box mine']);
});

test('an administrator joins anything and clears what nobody uses', async () => {
  const { caller, owners } = open('admin');
  await caller.connect({ containerId: 'their-box', networkId: 'mine' });
  assert.deepEqual(await caller.prune({}), { removed: ['mine'] });
  assert.equal(owners.has('m'.repeat(64)), false);
});

test('fields that cannot be right are refused before the engine', async () => {
  const { caller, calls } = open('admin');
  const box = { containerId: 'my-box', networkId: 'mine' };
  for (const wrong of [{ ipv4: '10.0.0' }, { ipv6: '10.0.0.1' }, { mac: 'zz' }, { aliases: ['a b'] }]) {
    await assert.rejects(caller.connect({ ...box, ...wrong }), { code: 'BAD_REQUEST' }, JSON.stringify(wrong));
  }
  await assert.rejects(caller.create({ name: '-x' }), { code: 'BAD_REQUEST' });
  await assert.rejects(caller.create({ name: 'x1', subnets: [{ gateway: 'x' }] }), { code: 'BAD_REQUEST' });
  assert.deepEqual(calls, []);
});

test('a plan tells the subnets that would be chosen, or in words and by name what is wrong', async () => {
  const { caller, audited } = open('developer');
  const good = await caller.plan({ name: 'fresh' });
  assert.deepEqual(good, { subnets: [{ subnet: '10.9.0.0/24', gateway: '10.9.0.1' }], problem: undefined });
  assert.deepEqual((await caller.plan({ name: 'taken' })).problem, {
    reason: 'name_taken',
    params: { name: 'taken' },
    message: 'network with name taken already exists',
  });
  assert.deepEqual(audited, []);
});

test('a list passes its filter on without the environment', async () => {
  const { caller } = open('viewer');
  assert.deepEqual(await caller.list({ name: ['shop'], type: 'custom' }), [{ name: ['shop'], type: 'custom' }]);
});
