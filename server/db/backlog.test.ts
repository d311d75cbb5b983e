import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContainerRecord } from '#engine/containers/index.ts';
import { newContainerId, silentLogger } from '#engine/lib/index.ts';
import { containerConfig } from '#engine/testing/container-config.ts';
import { createAudit } from '../audit/index.ts';
import { createStores } from '../stores/index.ts';
import { Backlog } from './index.ts';
import { openTestDatabase } from './test-database.ts';

const entry = (action: string) => ({
  requestId: 'r1',
  environmentId: 'local',
  actor: { id: 'ann', name: 'Ann' },
  action,
  object: { type: 'container', id: 'c1', name: 'web' },
  result: 'allowed' as const,
  details: { password: 'hunter2' },
});

function containerRecord({ name }: { name: string }): ContainerRecord {
  return {
    id: newContainerId(),
    name,
    imageId: `sha256:${'a'.repeat(64)}`,
    config: containerConfig({}),
    process: { args: ['sh'], env: [], cwd: '/', user: '', stopSignal: 15, stopTimeoutSeconds: 10 },
    mounts: [],
    state: { status: 'created' },
    phase: 'ready',
    manuallyStopped: false,
    restartCount: 0,
    createdBy: undefined,
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
  };
}

async function open() {
  await using opening = new AsyncDisposableStack();
  const { db, folder } = opening.use(await openTestDatabase());
  const file = join(folder, 'late');
  let now = new Date('2026-01-02T03:04:05.000Z');
  /** A server on these records. */
  const serve = async () => {
    const late = new Backlog(file, silentLogger);
    const stores = createStores(db, late);
    const audit = createAudit(db, { clock: () => now, late });
    await late.load();
    return { late, stores, audit };
  };
  const owned = opening.move();
  return {
    db,
    file,
    serve,
    later: () => {
      now = new Date(now.getTime() + 60_000);
    },
    refuse: (on: boolean) => db.$executeRawUnsafe(`PRAGMA query_only = ${on ? 1 : 0}`),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test('on a disk that takes nothing a container ends and goes; all of it is written, in order, once it does', async () => {
  await using place = await open();
  const { late, stores, audit } = await place.serve();
  const { containers } = stores;
  const [one, two] = [containerRecord({ name: 'one' }), containerRecord({ name: 'two' })];
  await containers.insert(one);
  await containers.insert(two);
  await audit.append(entry('container.start'));
  await place.refuse(true);
  await assert.rejects(audit.append(entry('container.start')), 'what need not be possible is refused');
  assert.equal((await audit.append(entry('container.stop'))).seq, 0);
  await containers.update(one.id, { manuallyStopped: true });
  await audit.append(entry('container.remove'));
  await containers.update(two.id, { state: { status: 'removing' } });
  await containers.delete(two.id);
  await assert.rejects(containers.update(one.id, { name: 'other' }));
  // The refusal made the rows be read anew: what waits still counts.
  const seen = await containers.list();
  assert.deepEqual(
    seen.map(({ name, manuallyStopped }) => [name, manuallyStopped]),
    [['one', true]],
  );
  assert.deepEqual((await place.db.container.findMany()).map(({ name }) => name).sort(), ['one', 'two']);
  assert.doesNotMatch(await readFile(place.file, 'utf8'), /hunter2/);

  place.later();
  await place.refuse(false);
  await audit.append(entry('container.start'));
  assert.equal(late.size, 0);
  assert.deepEqual(
    (await place.db.container.findMany()).map(({ name, manuallyStopped }) => [name, manuallyStopped]),
    [['one', true]],
  );
  const rows = (await audit.list()).reverse();
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['container.start', 'container.stop', 'container.remove', 'container.start'],
  );
  assert.equal(rows[1]?.at.toISOString(), '2026-01-02T03:04:05.000Z', 'the time it was asked at');
  assert.deepEqual(await audit.verifyChain(), { ok: true, rows: 4 });
});

test('what the disk did not take before a server ended is written by the next one', async () => {
  await using place = await open();
  const before = await place.serve();
  const record = containerRecord({ name: 'one' });
  await before.stores.containers.insert(record);
  await place.refuse(true);
  await before.audit.append(entry('container.kill'));
  await before.stores.containers.update(record.id, { restartCount: 3 });
  await place.refuse(false);

  const { late, stores, audit } = await place.serve();
  assert.equal((await stores.containers.get(record.id))?.restartCount, 3);
  await late.flush();
  assert.equal((await place.db.container.findMany())[0]?.restartCount, 3);
  assert.deepEqual(
    (await audit.list()).map(({ action }) => action),
    ['container.kill'],
  );
  assert.equal(await readFile(place.file, 'utf8'), '');
});

test('a fault that is not the disk waits for nothing', async () => {
  await using place = await open();
  const { late, stores } = await place.serve();
  const gone = containerRecord({ name: 'gone' });
  await assert.rejects(stores.containers.update(gone.id, { restartCount: 1 }), { code: 'not_found' });
  assert.equal(late.size, 0);
});
