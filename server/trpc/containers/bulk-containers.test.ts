import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import type { Role } from '#server/access/index.ts';
import { createAuth, type SessionEndReason } from '#server/auth/index.ts';
import { openTestDatabase } from '#server/db/test-database.ts';
import { createOperations } from '#server/operations/index.ts';
import type { RequestContext } from '../context.ts';
import { appRouter } from '../router.ts';

/** Containers a, b and c, of which b is somebody else's; those in `broken` refuse everything. */
async function open(
  role: Role,
  broken: Set<string> = new Set(),
  before: (id: string) => Promise<void> = async () => {},
) {
  await using stack = new AsyncDisposableStack();
  const { db, file } = stack.use(await openTestDatabase());
  const auth = createAuth({ db, databaseFile: file });
  const now = new Date();
  await db.user.create({
    data: { id: 'me', name: 'Me', nameKey: 'me', role, passwordHash: '-', createdAt: now, passwordChangedAt: now },
  });
  const { session } = await auth.sessions.create({ id: 'me', role }, { address: '::1', userAgent: 'test' });
  const operations = stack.use(createOperations({ db, log: silentLogger, clock: systemClock }));
  const audited: string[] = [];
  const asked: string[] = [];
  const act = (verb: string) => async (id: string, opts: { force?: boolean }) => {
    await before(id);
    if (broken.has(id)) throw new EngineError('conflict', `Container ${id} is broken`, { reason: 'broken', id });
    asked.push(`${verb} ${id}${opts.force === true ? ' by force' : ''}`);
  };
  const containers = {
    list: async ({ all, ids }: { all?: boolean; ids: string[] }) =>
      (all === true ? ids : []).map((id) => ({ id, name: `web-${id}` })),
    inspect: async (id: string) => ({ id, createdBy: id === 'b' ? 'else' : 'me' }),
    stop: act('stop'),
    remove: act('remove'),
  };
  const services = {
    environments: { get: () => ({ id: 'local', containers }) },
    audit: {
      append: async (row: { action: string; result: string; object: { id?: string } }) =>
        void audited.push(`${row.action} ${row.object.id ?? ''} ${row.result}`),
    },
    auth,
    operations,
    log: silentLogger,
  };
  const actor = { id: 'me', name: 'Me', role, sessionId: session.id };
  const ctx = { actor, requestId: 'r', client: { address: '::1' }, services } as unknown as RequestContext;
  const resources = stack.move();
  return {
    caller: appRouter.createCaller(ctx),
    db,
    auth,
    sessionId: session.id,
    operations,
    audited,
    asked,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const statesOf = (operation: { steps: { id: string; state: string }[] }) =>
  operation.steps.map(({ id, state }) => `${id} ${state}`).toSorted();

test('many are one operation with a part for each, and each has its own audit row', async () => {
  await using place = await open('admin');
  const { operationId } = await place.caller.containers.bulk({ verb: 'stop', containerIds: ['a', 'b', 'c'] });
  const ended = await place.operations.wait(operationId);
  assert.deepEqual(
    [ended.kind, ended.state, ended.object?.name],
    ['containers.stop', 'succeeded', 'web-a, web-b, web-c'],
  );
  assert.deepEqual(statesOf(ended), ['a done', 'b done', 'c done']);
  assert.deepEqual(place.asked.toSorted(), ['stop a', 'stop b', 'stop c']);
  const rows = ['container.bulk  allowed', ...['a', 'b', 'c'].map((id) => `container.stop ${id} allowed`)];
  assert.deepEqual(place.audited.toSorted(), rows.toSorted());
});

test('what fails is told with its reason, the others are done, and retry is for what failed alone', async () => {
  const broken = new Set(['b']);
  await using place = await open('admin', broken);
  const wanted = { verb: 'remove' as const, containerIds: ['a', 'b', 'c'], forcedIds: ['b', 'c'] };
  const { operationId } = await place.caller.containers.bulk(wanted);
  const ended = await place.operations.wait(operationId);
  assert.deepEqual(
    [ended.state, ended.error?.reason, ended.error?.params],
    ['failed', 'some_containers_failed', { failed: 1, count: 3 }],
  );
  assert.deepEqual(statesOf(ended), ['a done', 'b failed', 'c done']);
  assert.equal(ended.steps.find(({ id }) => id === 'b')?.error?.reason, 'broken');
  assert.deepEqual(place.asked.splice(0).toSorted(), ['remove a', 'remove c by force']);
  broken.clear();
  const again = await place.caller.operations.retry({ operationId });
  assert.equal((await place.operations.wait(again.operationId)).state, 'succeeded');
  assert.deepEqual(place.asked, ['remove b by force']);
});

test('one that is cancelled ends with what is under way, and retry is for what was not begun', async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  await using place = await open('admin', new Set(), async (id) => {
    if (id === '6') begin();
    await gate;
  });
  const ids = ['1', '2', '3', '4', '5', '6', '7', '8'];
  const { operationId } = await place.caller.containers.bulk({ verb: 'stop', containerIds: ids });
  await begun;
  await place.operations.cancel(operationId);
  goOn();
  assert.equal((await place.operations.wait(operationId)).state, 'cancelled');
  assert.deepEqual(
    place.asked.splice(0).toSorted(),
    ['1', '2', '3', '4', '5', '6'].map((id) => `stop ${id}`),
  );
  const again = await place.caller.operations.retry({ operationId });
  assert.equal((await place.operations.wait(again.operationId)).state, 'succeeded');
  assert.deepEqual(place.asked, ['stop 7', 'stop 8']);
});

test('nobody does to many what they may not do to one', async () => {
  await using developer = await open('developer');
  const { operationId } = await developer.caller.containers.bulk({ verb: 'stop', containerIds: ['a', 'b'] });
  const ended = await developer.operations.wait(operationId);
  assert.deepEqual(statesOf(ended), ['a done', 'b failed']);
  assert.equal(ended.steps.find(({ id }) => id === 'b')?.error?.code, 'denied');
  assert.deepEqual(developer.asked, ['stop a']);
  await using viewer = await open('viewer');
  const refused = viewer.caller.containers.bulk({ verb: 'stop', containerIds: ['a'] });
  await assert.rejects(refused, { code: 'FORBIDDEN' });
  assert.deepEqual(viewer.asked, []);
  assert.deepEqual(await viewer.operations.list(), []);
});

type Place = Awaited<ReturnType<typeof open>>;
const ENDS: [string, (place: Place) => Promise<unknown>, SessionEndReason][] = [
  ['another role', ({ auth }) => auth.changeUser('me', { role: 'viewer' }), 'role_changed'],
  ['a disabled account', ({ auth }) => auth.changeUser('me', { disabled: true }), 'disabled'],
  ['an admin who ends the sessions', ({ auth }) => auth.sessions.endAll('me', 'ended_by_admin'), 'ended_by_admin'],
  ['a new password', ({ auth }) => auth.sessions.endAll('me', 'password_changed'), 'password_changed'],
  [
    'another role that nobody was told of',
    ({ db }) => db.user.update({ where: { id: 'me' }, data: { role: 'developer' } }),
    'role_changed',
  ],
  [
    'a session that ran out and an account that was disabled then',
    async ({ auth, sessionId }) => {
      await auth.sessions.end('me', sessionId, 'expired');
      await auth.changeUser('me', { disabled: true });
    },
    'disabled',
  ],
];

/** Stops eight containers, six at a time, and lets `meanwhile` happen while the six are under way. */
async function stopEight(meanwhile: (place: Place) => Promise<unknown>) {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  await using place = await open('admin', new Set(), async (id) => {
    if (id === '6') begin();
    await gate;
  });
  const containerIds = ['1', '2', '3', '4', '5', '6', '7', '8'];
  const { operationId } = await place.caller.containers.bulk({ verb: 'stop', containerIds });
  await begun;
  await meanwhile(place);
  goOn();
  const { state, steps } = await place.operations.wait(operationId);
  const refused = steps.filter((step) => step.state === 'failed').map(({ id, error }) => ({ id, error }));
  return { state, refused, asked: place.asked, audited: place.audited };
}

for (const [what, meanwhile, ended] of ENDS) {
  test(`what was not begun ends with the right to it: ${what}`, async () => {
    const { state, refused, asked, audited } = await stopEight(meanwhile);
    assert.equal(state, 'failed');
    assert.deepEqual(
      refused.map(({ id, error }) => [id, error?.code, error?.reason, error?.params]),
      ['7', '8'].map((id) => [id, 'denied', 'right_lost', { ended }]),
    );
    assert.equal(asked.length, 6);
    const denied = audited.filter((row) => row.endsWith('denied'));
    assert.deepEqual(denied.toSorted(), ['container.stop 7 denied', 'container.stop 8 denied']);
  });
}

for (const ended of ['expired', 'signed_out', 'too_many'] as const) {
  test(`a session that is over as ${ended} takes nothing from its user: the order goes on`, async () => {
    const { state, asked } = await stopEight(({ auth, sessionId }) => auth.sessions.end('me', sessionId, ended));
    assert.deepEqual([state, asked.length], ['succeeded', 8]);
  });
}
