import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import type { Role } from '#server/access/index.ts';
import { openTestDatabase } from '#server/db/test-database.ts';
import { createOperations } from '#server/operations/index.ts';
import type { RequestContext } from '../context.ts';
import { appRouter } from '../router.ts';

/** Names and who made them, behind the real operations. */
async function open(role: Role) {
  await using stack = new AsyncDisposableStack();
  const { db } = stack.use(await openTestDatabase());
  const operations = stack.use(createOperations({ db, log: silentLogger, clock: systemClock }));
  const owners = new Map<string, string>([['theirs', 'other']]);
  const names = new Set(['theirs']);
  const audited: string[] = [];
  const volumes = {
    async get(name: string) {
      if (!names.has(name)) throw new EngineError('not_found', `get ${name}: no such volume`);
      return { name };
    },
    async create({ name = 'drawn', options }: { name?: string; options: Record<string, string> }) {
      if ('nope' in options) throw new EngineError('invalid_argument', 'invalid option: "nope"');
      names.add(name);
      return { name };
    },
    list: async () => [...names].map((name) => ({ name })),
    async remove(name: string) {
      names.delete(name);
    },
    async prune() {
      names.delete('theirs');
      return { removed: ['theirs'], reclaimedBytes: 5 };
    },
  };
  const services = {
    environments: { get: () => ({ id: 'local', volumes }) },
    ownership: {
      ownerOf: async (_type: string, id: string) => owners.get(id),
      claim: async (_type: string, id: string, user: string) => void (owners.has(id) || owners.set(id, user)),
      release: async (_type: string, id: string) => void owners.delete(id),
    },
    audit: {
      append: async (row: { action: string; result: string }) => void audited.push(`${row.action} ${row.result}`),
    },
    operations,
    log: silentLogger,
  };
  const context = {
    services: services as unknown as RequestContext['services'],
    requestId: 'r1',
    actor: { id: 'me', name: 'Me', role, sessionId: 's1' },
    client: { address: '192.0.2.1', userAgent: 'test' },
    setSession() {},
  };
  const owned = stack.move();
  const { volumes: caller } = appRouter.createCaller(context);
  return { caller, owners, names, operations, audited, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('whoever makes a volume owns it, and nobody takes one over by making it again', async () => {
  await using t = await open('developer');
  await t.caller.create({ newName: 'mine' });
  await t.caller.create({});
  await t.caller.create({ newName: 'theirs' });
  assert.deepEqual(Object.fromEntries(t.owners), { mine: 'me', drawn: 'me', theirs: 'other' });
  await assert.rejects(t.caller.create({ newName: 'bad', options: { nope: '' } }));
  assert.equal(t.owners.has('bad'), false);
  // Claimed by somebody who is just making it.
  t.owners.set('racing', 'other');
  await assert.rejects(t.caller.create({ newName: 'racing' }), { code: 'FORBIDDEN' });
  assert.equal(t.names.has('racing'), false);
});

test('options that reach the host need the right to the host', async () => {
  const bind = { newName: 'host', options: { type: 'none', o: 'bind', device: '/srv' } };
  const memory = { newName: 'mem', options: { type: 'tmpfs', device: 'tmpfs' } };
  await using developer = await open('developer');
  await assert.rejects(developer.caller.create(bind), { code: 'FORBIDDEN' });
  await developer.caller.create(memory);
  await using admin = await open('admin');
  await admin.caller.create(bind);
});

test('only what one made is removed, and prune is for administrators', async () => {
  await using developer = await open('developer');
  await assert.rejects(developer.caller.remove({ volumeName: 'theirs' }), { code: 'FORBIDDEN' });
  await assert.rejects(developer.caller.prune({}), { code: 'FORBIDDEN' });
  await using admin = await open('admin');
  const { operationId } = await admin.caller.prune({ all: true });
  const done = await admin.operations.wait(operationId);
  assert.deepEqual(
    [done.kind, done.state, done.result],
    ['volume.prune', 'succeeded', { removed: ['theirs'], reclaimedBytes: 5 }],
  );
  assert.equal(admin.owners.has('theirs'), false);
  assert.ok(admin.audited.includes('volume.prune allowed'));
  await assert.rejects(admin.caller.create({ newName: '../x' }), { code: 'BAD_REQUEST' });
});
