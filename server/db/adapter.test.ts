import assert from 'node:assert/strict';
import { mkdtempDisposable, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import type { SqlDriverAdapter, SqlQuery } from '@prisma/driver-adapter-utils';
import { sqliteAdapter } from './adapter.ts';
import { withoutSync } from './log-sync.ts';
import { openTestDatabase } from './test-database.ts';

const query = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] });

/** A database whose disk answers when it is told to. */
async function onSlowDisk() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'davit-adapter-'));
  const waiting: PromiseWithResolvers<void>[] = [];
  const log = {
    async datasync() {
      const sync = Promise.withResolvers<void>();
      waiting.push(sync);
      await sync.promise;
    },
    async close() {},
  };
  const factory = sqliteAdapter(join(folder.path, 'x.db'), { open: async () => log });
  const db: SqlDriverAdapter = await factory.connect();
  await withoutSync(() => db.executeScript('CREATE TABLE t (a INTEGER)'));
  return {
    db,
    waiting,
    async [Symbol.asyncDispose]() {
      await db.dispose();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Whether it has ended after everything that was ready has run. */
async function hasEnded(work: Promise<unknown>): Promise<boolean> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  work.then(end, end);
  await new Promise((resolve) => setImmediate(resolve));
  return ended;
}

const insert = (value: number): SqlQuery => query(`INSERT INTO t VALUES (${value})`);

test('a write is answered when it is on the disk, and one sync is for all that wait', async () => {
  await using disk = await onSlowDisk();
  const { db, waiting } = disk;
  const first = db.executeRaw(insert(1));
  assert.equal(await hasEnded(first), false);
  const later = [2, 3, 4].map((value) => db.queryRaw(query(`INSERT INTO t VALUES (${value}) RETURNING a`)));
  assert.equal(await hasEnded(Promise.all(later)), false);
  assert.equal(waiting.length, 1);

  waiting[0]?.resolve();
  assert.equal(await first, 1);
  // Their commits may have come after the sync began.
  assert.equal(await hasEnded(Promise.race(later)), false);
  assert.equal(waiting.length, 2);
  waiting[1]?.resolve();
  const rows = (await Promise.all(later)).map(({ rows: [row] }) => row);
  assert.deepEqual(rows, [[2], [3], [4]]);
});

test('reads and writes that need not wait do not', async () => {
  await using disk = await onSlowDisk();
  assert.equal(await withoutSync(() => disk.db.executeRaw(insert(1))), 1);
  assert.deepEqual((await disk.db.queryRaw(query('SELECT a FROM t'))).rows, [[1]]);
  assert.equal(disk.waiting.length, 0);
});

test('a transaction waits at its end, once; one that only read does not', async () => {
  await using disk = await onSlowDisk();
  const { db, waiting } = disk;
  const writing = await db.startTransaction();
  await writing.executeRaw(insert(1));
  await writing.executeRaw(insert(2));
  await writing.executeRaw(query('COMMIT'));
  const committed = writing.commit();
  assert.equal(await hasEnded(committed), false);
  assert.equal(waiting.length, 1);
  // The next one has its turn while the disk is busy.
  const reading = await db.startTransaction();
  assert.deepEqual((await reading.queryRaw(query('SELECT count(*) FROM t'))).rows, [[2]]);
  await reading.executeRaw(query('COMMIT'));
  await reading.commit();
  waiting[0]?.resolve();
  await committed;
  assert.equal(waiting.length, 1);
});

test('a disk that fails is told to the writer, and the next write tries again', async () => {
  await using disk = await onSlowDisk();
  const failed = disk.db.executeRaw(insert(1));
  assert.equal(await hasEnded(failed), false);
  disk.waiting[0]?.reject(new Error('no disk'));
  await assert.rejects(failed, /no disk/);
  const next = disk.db.executeRaw(insert(2));
  assert.equal(await hasEnded(next), false);
  disk.waiting[1]?.resolve();
  assert.equal(await next, 1);
});

test('a kept statement sees the schema and the values of now', async () => {
  await using disk = await onSlowDisk();
  const { db } = disk;
  await withoutSync(async () => {
    const all = query('SELECT * FROM t');
    await db.executeRaw(insert(1));
    assert.deepEqual((await db.queryRaw(all)).columnNames, ['a']);
    await db.executeScript("ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'new'");
    const { columnNames, rows } = await db.queryRaw(all);
    assert.deepEqual([columnNames, rows], [['a', 'b'], [[1, 'new']]]);
    for (const a of [5, 6]) {
      const asked = { sql: 'SELECT a + ? FROM t', args: [a], argTypes: [{ scalarType: 'int', arity: 'scalar' }] };
      assert.deepEqual((await db.queryRaw(asked as SqlQuery)).rows, [[a + 1]]);
    }
  });
});

test('a query of the client need not wait either', async () => {
  await using scratch = await openTestDatabase();
  const handle = await open(import.meta.filename);
  const synced = mock.method(Object.getPrototypeOf(handle), 'datasync');
  await handle.close();
  const row = (key: string) => ({ key, valueJson: '1', updatedAt: new Date(0) });
  try {
    await withoutSync(() => scratch.db.setting.create({ data: row('a') }));
    assert.equal(synced.mock.callCount(), 0);
    await scratch.db.setting.create({ data: row('b') });
    assert.equal(synced.mock.callCount(), 1);
  } finally {
    synced.mock.restore();
  }
});
