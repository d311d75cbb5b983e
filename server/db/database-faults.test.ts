// What the records meet while they are open: no room, and another process that holds them.
import assert from 'node:assert/strict';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { silentLogger } from '#engine/lib/index.ts';
import { toKnownError } from '../errors/index.ts';
import { type Db, openDatabase } from './open-database.ts';
import { Reserve } from './reserve.ts';
import { openTestDatabase } from './test-database.ts';

const setting = (key: string) => ({ key, valueJson: JSON.stringify('x'.repeat(20_000)), updatedAt: new Date() });
const two = (db: Db) =>
  db.$transaction(async (tx) => {
    await tx.setting.create({ data: setting('first') });
    await tx.setting.create({ data: setting('second') });
  });

/** A database that may not grow, as on a full disk; `makeRoom` lets it grow by some pages as often as it is told. */
async function onFullDisk(slices: number) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'davit-full-')));
  let left = slices;
  let grow = (): void => undefined;
  const makeRoom = (): boolean => {
    if (left === 0) return false;
    left -= 1;
    grow();
    return true;
  };
  const { db } = stack.use(await openDatabase({ file: join(folder.path, 'x.db'), log: silentLogger, makeRoom }));
  const [row] = await db.$queryRawUnsafe<{ page_count: bigint }[]>('PRAGMA page_count');
  let most = Number(row?.page_count);
  const limit = (): Promise<unknown> => db.$queryRawUnsafe(`PRAGMA max_page_count = ${most}`);
  await limit();
  grow = () => {
    most += 4;
  };
  const owned = stack.move();
  return { db, limit, left: () => left, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('without room a write is refused as a whole, told as a full disk, and reads go on', async () => {
  await using disk = await onFullDisk(0);
  const { db } = disk;
  for (const write of [() => db.setting.create({ data: setting('a') }), () => two(db)]) {
    await assert.rejects(write(), (error) => toKnownError(error)?.details.reason === 'disk_full');
    assert.equal(await db.setting.count(), 0);
  }
  const [row] = await db.$queryRawUnsafe<object[]>('PRAGMA integrity_check');
  assert.deepEqual(row, { integrity_check: 'ok' });
});

test('a statement that finds no room asks for some and runs again, until there is none to give', async () => {
  await using disk = await onFullDisk(3);
  await assert.rejects(disk.db.setting.create({ data: setting('a') }));
  assert.equal(disk.left(), 0);
  // What was made in the meantime is there for the next one.
  await disk.limit();
  await disk.db.setting.create({ data: setting('a') });
});

test('the reserve gives slice by slice and is made whole again', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-reserve-'));
  const path = join(folder.path, 'reserve');
  const reserve = new Reserve(path, silentLogger);
  assert.equal(reserve.release(), false, 'there is none yet');
  await reserve.refill();
  assert.equal((await readdir(path)).length, 32);
  assert.equal(reserve.release(), true);
  assert.equal(reserve.release(), true);
  assert.equal((await readdir(path)).length, 30);
  await reserve.refill();
  assert.equal((await readdir(path)).length, 32);
});

test('a write waits for another process that holds the records; reads go on meanwhile', async () => {
  await using scratch = await openTestDatabase();
  const { db } = scratch;
  using other = holding(scratch.file);
  let written = 0;
  const late = [db.setting.create({ data: setting('a') }), db.setting.create({ data: setting('b') })].map((write) =>
    write.then(() => {
      written += 1;
    }),
  );
  const begun = performance.now();
  for (let reads = 0; reads < 5; reads += 1) assert.equal(await db.setting.count(), 0);
  await delay(Math.max(0, 1_000 - (performance.now() - begun)));
  assert.equal(written, 0);
  other.letGo();
  await Promise.all(late);
  assert.equal(await db.setting.count(), 2);
});

test('a transaction that cannot begin is told so, and nothing of it remains', async () => {
  await using scratch = await openTestDatabase();
  using other = holding(scratch.file);
  await assert.rejects(two(scratch.db), (error) => toKnownError(error)?.details.reason === 'database_locked');
  other.letGo();
  assert.equal(await scratch.db.setting.count(), 0);
  await two(scratch.db);
  assert.equal(await scratch.db.setting.count(), 2);
});

function holding(file: string): Disposable & { letGo(): void } {
  const db = new Sqlite(file);
  db.exec('BEGIN IMMEDIATE');
  return { letGo: () => void db.exec('ROLLBACK'), [Symbol.dispose]: () => void db.close() };
}
