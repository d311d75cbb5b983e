import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Logger, syncFolder } from '#engine/lib/index.ts';
import { PrismaClient } from '#prisma';
import { sqliteAdapter } from './adapter.ts';
import { checkDatabase } from './check-database.ts';
import { copyDatabase } from './copy-database.ts';
import { applyMigrations, findPending, readMigrations } from './migrate.ts';

/** The typed client; every query must be awaited or it never runs. */
export type Db = PrismaClient;

/** The part of the client that is also there inside `$transaction`. */
export type DbTransaction = Parameters<Parameters<Db['$transaction']>[0]>[0];

interface OpenDatabase extends AsyncDisposable {
  readonly db: Db;
  readonly file: string;
  /** Names of the migrations that this start applied. */
  readonly applied: readonly string[];
}

interface OpenDatabaseOptions {
  file: string;
  log: Logger;
  /** Asked when a write finds the disk full, see `Reserve`. */
  makeRoom?: () => boolean;
  /** Default: the repository's `prisma/migrations`. */
  migrationsFolder?: string;
}

export const MIGRATIONS_FOLDER = join(import.meta.dirname, '../../prisma/migrations');

const KEPT_COPIES = 3;

/**
 * Opens the database, making it or bringing it up to this release first. Before anything is applied to an existing file it is
 * copied beside it (`…before-<migration>`): a migration that fails is not rolled back by the engine.
 *
 * @throws EngineError `unsupported` for a database of a newer release, `data_corrupt` when its migrations differ from ours or it
 * is damaged, in which case nothing was touched
 */
export async function openDatabase(opts: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { file, log } = opts;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  checkDatabase(file);
  const existed = existsSync(file);
  const migrations = await readMigrations(opts.migrationsFolder ?? MIGRATIONS_FOLDER);
  const pending = findPending(file, migrations);
  const adapter = sqliteAdapter(file, { makeRoom: opts.makeRoom });
  let applied: string[] = [];
  if (pending.length > 0) {
    if (existed) {
      const copy = await copyBefore(file, pending[0] ?? '');
      log.info({ file, copy, pending }, 'database copied before migration');
    } else {
      // Made here so that it is private from its first byte; SQLite gives its -wal and -shm files the same mode.
      await (await open(file, 'a', 0o600)).close();
    }
    applied = await applyMigrations(adapter, migrations);
    log.info({ file, applied }, 'database migrated');
  }
  await chmod(file, 0o600);
  const db = new PrismaClient({ adapter });
  await db.$connect();
  return { db, file, applied, [Symbol.asyncDispose]: () => db.$disconnect() };
}

/** A consistent copy, the write-ahead log included. Older copies go, so that the folder does not grow with each release. */
async function copyBefore(file: string, migration: string): Promise<string> {
  const prefix = `${basename(file)}.before-`;
  const copy = join(dirname(file), `${prefix}${migration}`);
  await copyDatabase(file, copy);
  await syncFolder(dirname(file));
  const copies = (await readdir(dirname(file))).filter((name) => name.startsWith(prefix)).sort();
  for (const old of copies.slice(0, -KEPT_COPIES)) await rm(join(dirname(file), old));
  return copy;
}
