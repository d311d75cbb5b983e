import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { isEngineError } from '#engine/errors/index.ts';
import { silentLogger } from '#engine/lib/index.ts';
import { whatIsWrong } from './check-database.ts';
import { findCopies, takeCopy } from './good-copies.ts';
import { openDatabase } from './open-database.ts';
import { openTestDatabase } from './test-database.ts';

const setting = (key: string) => ({ key, valueJson: '1', updatedAt: new Date() });

/** What lies on the disk when a server is killed: the file, its log, the log's index. */
async function killed(withCopy: boolean) {
  await using stack = new AsyncDisposableStack();
  const scratch = stack.use(await openTestDatabase());
  await scratch.db.setting.create({ data: setting('checkpointed') });
  await scratch.db.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)');
  await scratch.db.setting.create({ data: setting('in the log') });
  if (withCopy) await takeCopy(scratch.file);
  const file = `${scratch.folder}/dead.db`;
  for (const part of ['', '-wal', '-shm']) copyFileSync(`${scratch.file}${part}`, `${file}${part}`);
  for (const { file: copy } of findCopies(scratch.file)) copyFileSync(copy, copy.replace('davit.db', 'dead.db'));
  const owned = stack.move();
  return { file, folder: scratch.folder, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const DAMAGE: Record<string, { by(file: string): void; said: RegExp }> = {
  'its log is gone': { by: (file) => rmSync(`${file}-wal`), said: /have lost their log/ },
  'it is empty': { by: (file) => truncateSync(file), said: /are an empty file/ },
  'it is cut off': { by: (file) => cutOff(file, 5), said: /are damaged \(database disk image is malformed\)/ },
  'it is something else': {
    by: (file) => writeAlone(file, 'this is no database, whatever its name says'.repeat(200)),
    said: /are damaged \(file is not a database\)/,
  },
  'it is gone': { by: (file) => removeAll(file), said: /are not there, but copies/ },
};

for (const [what, { by, said }] of Object.entries(DAMAGE)) {
  test(`a database is refused with the copy that can replace it, and not touched: ${what}`, async () => {
    await using scene = await killed(true);
    by(scene.file);
    const before = readdirSync(scene.folder);
    const bytes = existsSync(scene.file) && readFileSync(scene.file);
    await assert.rejects(openDatabase({ file: scene.file, log: silentLogger }), (error) => {
      assert.ok(isEngineError(error, 'data_corrupt'), String(error));
      assert.match(error.message, said);
      assert.match(error.message, /containers run on; put the copy of \d{4}-.* with \.\/davit admin recover/);
      return true;
    });
    assert.deepEqual(existsSync(scene.file) && readFileSync(scene.file), bytes);
    const after = new Set(readdirSync(scene.folder));
    assert.deepEqual(
      before.filter((name) => !after.has(name)),
      [],
    );
  });
}

test('what a killed server leaves is whole, with every change', async () => {
  await using scene = await killed(false);
  assert.equal(whatIsWrong(scene.file), undefined);
  await using opened = await openDatabase({ file: scene.file, log: silentLogger });
  assert.equal(await opened.db.setting.count(), 2);
});

test('a first start that was cut off goes on with its empty file', async () => {
  await using scene = await killed(false);
  removeAll(scene.file);
  writeFileSync(scene.file, '');
  await using opened = await openDatabase({ file: scene.file, log: silentLogger });
  assert.ok(opened.applied.length > 0);
});

test('copies are whole, one file each, taken only when something changed, and two are kept', async () => {
  await using scratch = await openTestDatabase();
  const { db, file, folder } = scratch;
  for (const key of ['a', 'b', 'c']) {
    await db.setting.create({ data: setting(key) });
    await takeCopy(file);
    const [newest] = findCopies(file).slice(-1);
    assert.ok(newest);
    using copy = readOnly(newest.file);
    assert.equal(copy.db.prepare('SELECT count(*) AS n FROM Setting WHERE key = ?').pluck().get(key), 1);
  }
  const copies = findCopies(file);
  assert.equal(copies.length, 2);
  await takeCopy(file);
  assert.deepEqual(findCopies(file), copies);
  assert.deepEqual(
    readdirSync(folder).filter((name) => /copy.*(-wal|-shm)$|copying/.test(name)),
    [],
  );
});

function readOnly(file: string) {
  const db = new Sqlite(file, { readonly: true });
  return { db, [Symbol.dispose]: () => void db.close() };
}

/** Keeps some pages: structure that points to what is no longer there. */
function cutOff(file: string, pages: number): void {
  rmSync(`${file}-wal`);
  rmSync(`${file}-shm`);
  truncateSync(file, pages * 4096);
}

function writeAlone(file: string, text: string): void {
  removeAll(file);
  writeFileSync(file, text);
}

function removeAll(file: string): void {
  for (const part of ['', '-wal', '-shm']) if (existsSync(`${file}${part}`)) rmSync(`${file}${part}`);
}
