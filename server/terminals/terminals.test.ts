import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger } from '#engine/lib/index.ts';
import type { SessionEnd } from '../auth/sessions.ts';
import { endTerminalsWithSessions } from './end-with-sessions.ts';
import { Terminals } from './terminals.ts';

const container = { id: 'c1', name: 'web' };
const anna = { id: 'u1', name: 'anna' };
const wanted = { environmentId: 'local', container, actor: anna, args: ['/bin/sh'], rows: 24, columns: 80 };

/** Containers whose exec sessions run until they are ended; they outlive the Terminals that made them. */
async function openPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'davit-terminals-'));
  const running = new Map<string, () => void>();
  let made = 0;
  const keptMinutes = new Map<string, number>();
  let now = new Date('2026-01-01T00:00:00Z');
  const containers = {
    async createExec() {
      made += 1;
      return { id: made.toString(16).padStart(64, '0') };
    },
    async startExec(id: string) {
      const exited = Promise.withResolvers<undefined>();
      running.set(id, () => exited.resolve(undefined));
      return {
        replayBytes: 0,
        output: { async *[Symbol.asyncIterator]() {} },
        exited: exited.promise,
        close() {},
      };
    },
    async inspectExec(id: string) {
      if (!running.has(id)) throw new EngineError('not_found', 'No such exec', {});
      return { running: true };
    },
    async endExec(id: string) {
      running.get(id)?.();
      running.delete(id);
    },
  };
  const open = () =>
    new Terminals({
      folder,
      environment: () => ({ containers }) as never,
      clock: () => now,
      log: silentLogger,
      keepMinutesOf: async (ownerId) => keptMinutes.get(ownerId),
    });
  return {
    open,
    keptMinutes,
    running,
    made: () => made,
    pass(ms: number) {
      now = new Date(now.getTime() + ms);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test('asked twice with one key there is one terminal, at the same moment and later', async () => {
  await using place = await openPlace();
  using terminals = place.open();
  const both = await Promise.all([
    terminals.create({ ...wanted, key: 'k' }),
    terminals.create({ ...wanted, key: 'k' }),
  ]);
  const later = await terminals.create({ ...wanted, key: 'k' });
  assert.equal(new Set([...both, later].map(({ id }) => id)).size, 1);
  assert.equal(place.made(), 1);
  await terminals.create({ ...wanted, key: 'k', actor: { id: 'u2', name: 'ben' } });
  assert.equal(place.made(), 2, 'the key of another user is another key');
  const elsewhere = await terminals.create({ ...wanted, key: 'k', container: { id: 'c2', name: 'db' } });
  assert.notEqual(elsewhere.id, later.id, 'a key opens no terminal of a container that was not asked for');
});

test('a user has twenty; one that ended makes room', async () => {
  await using place = await openPlace();
  using terminals = place.open();
  await Promise.all(Array.from({ length: 20 }, () => terminals.create(wanted)));
  await assert.rejects(terminals.create(wanted), { code: 'resource_exhausted' });
  await terminals.create({ ...wanted, actor: { id: 'u2', name: 'ben' } });
  const [first] = await terminals.listOf(anna.id);
  await terminals.end(anna.id, first?.id ?? '');
  await terminals.create(wanted);
});

test('one without viewers is ended after half an hour, one with a viewer is not', async () => {
  await using place = await openPlace();
  using terminals = place.open();
  const watched = await terminals.create(wanted);
  await terminals.create(wanted);
  const left = await terminals.create(wanted);
  using _viewer = terminals.view(watched.id);
  const leaving = terminals.view(left.id);
  place.pass(20 * 60_000);
  leaving[Symbol.dispose]();
  place.pass(11 * 60_000);
  await terminals.sweep();
  assert.deepEqual([...place.running.keys()], [watched.id, left.id]);
  place.pass(20 * 60_000);
  await terminals.sweep();
  assert.deepEqual([...place.running.keys()], [watched.id]);
});

test('each user chooses how long theirs stay that nobody looks at; one on its way to a screen is not ended', async () => {
  await using place = await openPlace();
  using terminals = place.open();
  place.keptMinutes.set('u1', 0).set('u2', 60);
  const seen = await terminals.create(wanted);
  const coming = await terminals.create(wanted);
  const bens = await terminals.create({ ...wanted, actor: { id: 'u2', name: 'ben' } });
  for (const { id } of [seen, bens]) terminals.view(id)[Symbol.dispose]();
  await terminals.sweep();
  assert.deepEqual([...place.running.keys()], [coming.id, bens.id]);
  place.pass(59 * 60_000);
  await terminals.sweep();
  assert.deepEqual([...place.running.keys()], [bens.id]);
  place.pass(60_000);
  await terminals.sweep();
  assert.equal(place.running.size, 0);
});

test('a server that was started anew knows whose terminals run, and forgets those that ended meanwhile', async () => {
  await using place = await openPlace();
  const before = place.open();
  const [kept, gone] = [await before.create({ ...wanted, key: 'k' }), await before.create(wanted)];
  before[Symbol.dispose]();
  place.running.delete(gone.id);
  using after = place.open();
  assert.deepEqual(await after.listOf('u2'), []);
  const list = await after.listOf(anna.id);
  assert.deepEqual(
    list.map(({ id, containerName, args }) => [id, containerName, args]),
    [[kept.id, 'web', ['/bin/sh']]],
  );
  assert.equal((await after.create({ ...wanted, key: 'k' })).id, kept.id);
  await assert.rejects(after.end('u2', kept.id), { code: 'not_found' });
  await after.end(anna.id, kept.id);
  assert.deepEqual(await after.listOf(anna.id), []);
});

test('with a right all terminals of its user end; with a session those that were opened in it', async () => {
  await using place = await openPlace();
  using terminals = place.open();
  const listeners = new Set<(end: SessionEnd) => void>();
  const sessions = {
    onEnded(listener: (end: SessionEnd) => void) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
  using _ending = endTerminalsWithSessions(sessions as never, terminals, silentLogger);
  const end = (reason: SessionEnd['reason'], sessionId = 's1') => {
    for (const tell of listeners) tell({ userId: anna.id, sessionId, reason });
  };
  await terminals.create({ ...wanted, actor: { ...anna, sessionId: 's1' } });
  const second = await terminals.create({ ...wanted, actor: { ...anna, sessionId: 's2' } });
  const bens = await terminals.create({ ...wanted, actor: { id: 'u2', name: 'ben', sessionId: 's3' } });
  const untilLeft = async (...ids: string[]) => {
    while (place.running.size > ids.length) await new Promise((done) => setImmediate(done));
    assert.deepEqual([...place.running.keys()], ids);
  };
  end('expired');
  await new Promise((done) => setImmediate(done));
  assert.equal(place.running.size, 3);
  end('signed_out');
  await untilLeft(second.id, bens.id);
  end('role_changed');
  await untilLeft(bens.id);
});

test('a terminal has the name its user gave it, also after a new start of the server; nobody else renames it', async () => {
  await using place = await openPlace();
  using terminals = place.open();
  const { id } = await terminals.create(wanted);
  await assert.rejects(terminals.rename('u2', id, 'mine'), { code: 'not_found' });
  await terminals.rename(anna.id, id, 'migration');
  using later = place.open();
  const titleOf = async () => (await later.listOf(anna.id)).map(({ title }) => title);
  assert.deepEqual(await titleOf(), ['migration']);
  await later.rename(anna.id, id, '');
  assert.deepEqual(await titleOf(), [undefined]);
});
