import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEngineError } from '#engine/errors/index.ts';
import { silentLogger as log } from '#engine/lib/index.ts';
import { sqliteAdapter } from './adapter.ts';
import { authorMigration, SCHEMA_FILE } from './author-migration.ts';
import { diffToSchema, readMigrations } from './migrate.ts';
import { type Db, MIGRATIONS_FOLDER, openDatabase } from './open-database.ts';
import { openTestDatabase } from './test-database.ts';

async function scratchFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-open-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const setting = (key: string) => ({ key, valueJson: '1', updatedAt: new Date(0) });

test('schema and migrations agree', async (t) => {
  const adapter = sqliteAdapter(join(await scratchFolder(t), 'x.db'));
  const migrations = await readMigrations(MIGRATIONS_FOLDER);
  assert.ok(migrations.length > 0);
  assert.equal(await diffToSchema(adapter, migrations, SCHEMA_FILE), undefined);
  assert.match((await diffToSchema(adapter, [], SCHEMA_FILE)) ?? '', /CREATE TABLE "User"/);
});

test('a new database is private, complete and opened again without work', async (t) => {
  const file = join(await scratchFolder(t), 'data', 'davit.db');
  {
    await using first = await openDatabase({ file, log });
    assert.ok(first.applied.length > 0);
    await first.db.setting.create({ data: setting('kept') });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(`${file}-wal`)).mode & 0o777, 0o600);
  }
  await using second = await openDatabase({ file, log });
  assert.deepEqual(second.applied, []);
  assert.equal(await second.db.setting.count(), 1);
});

test('an existing database is copied before a migration is applied', async (t) => {
  const folder = await scratchFolder(t);
  const file = join(folder, 'davit.db');
  const migrationsFolder = join(folder, 'migrations');
  await cp(MIGRATIONS_FOLDER, migrationsFolder, { recursive: true });
  {
    await using opened = await openDatabase({ file, log, migrationsFolder });
    await opened.db.setting.create({ data: setting('kept') });
  }
  const schemaFile = join(folder, 'schema.prisma');
  await cp(SCHEMA_FILE, schemaFile);
  await writeFile(schemaFile, '\nmodel Added {\n  id Int @id\n}\n', { flag: 'a' });
  const target = await authorMigration('add_added', {
    folder: migrationsFolder,
    schemaFile,
    now: new Date('2099-01-01'),
  });
  assert.match(target ?? '', /20990101000000_add_added$/);
  {
    await using upgraded = await openDatabase({ file, log, migrationsFolder });
    assert.deepEqual(upgraded.applied, ['20990101000000_add_added']);
    assert.equal(await upgraded.db.setting.count(), 1);
  }
  const copy = (await readdir(folder)).find((name) => name.startsWith('davit.db.before-'));
  assert.equal(copy, 'davit.db.before-20990101000000_add_added');
  await using old = await openDatabase({ file: join(folder, copy), log });
  assert.equal(await old.db.setting.count(), 1);

  await t.test('and an older release refuses the newer database', async () => {
    await assert.rejects(openDatabase({ file, log }), (error) => isEngineError(error, 'unsupported'));
  });
});

test('a migration changed after it was applied is refused', async (t) => {
  const folder = await scratchFolder(t);
  const file = join(folder, 'davit.db');
  const migrationsFolder = join(folder, 'migrations');
  await cp(MIGRATIONS_FOLDER, migrationsFolder, { recursive: true });
  await (await openDatabase({ file, log, migrationsFolder }))[Symbol.asyncDispose]();
  const first = (await readMigrations(migrationsFolder))[0]?.name ?? '';
  await writeFile(join(migrationsFolder, first, 'migration.sql'), '-- changed\n', { flag: 'a' });
  await assert.rejects(openDatabase({ file, log, migrationsFolder }), (error) => isEngineError(error, 'data_corrupt'));
});

async function failingTransaction(db: Db, begun: () => void): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.setting.create({ data: setting('inside') });
    begun();
    await sleep(40);
    throw new Error('roll back');
  });
}

test('a write answered while a foreign transaction is open survives its rollback', async () => {
  await using scratch = await openTestDatabase();
  const { db } = scratch;
  const { promise: inside, resolve: begun } = Promise.withResolvers<void>();
  const failing = assert.rejects(failingTransaction(db, begun), /roll back/);
  await inside;
  await db.setting.create({ data: setting('outside') });
  await failing;
  assert.deepEqual(
    (await db.setting.findMany()).map(({ key }) => key),
    ['outside'],
  );
});

test('batches are all or nothing and many writers get their turn', async () => {
  await using scratch = await openTestDatabase();
  const { db } = scratch;
  await assert.rejects(
    db.$transaction([db.setting.create({ data: setting('a') }), db.setting.create({ data: setting('a') })]),
  );
  assert.equal(await db.setting.count(), 0);
  await Promise.all(Array.from({ length: 100 }, (_, i) => db.setting.create({ data: setting(`n${i}`) })));
  assert.equal(await db.setting.count(), 100);
});
