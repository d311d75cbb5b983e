import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import Sqlite from 'better-sqlite3';
import { EngineError } from '#engine/errors/index.ts';
import { openSchemaEngine } from './schema-engine.ts';

export const LOCK_FILE = { path: 'migration_lock.toml', content: 'provider = "sqlite"\n' };

const filters = { externalTables: [], externalEnums: [] };

/** One folder of `prisma/migrations`; the checksum is what `_prisma_migrations` keeps of it. */
interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

export async function readMigrations(folder: string): Promise<Migration[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Names of the migrations this file still lacks, found without loading the engine.
 *
 * @throws EngineError `unsupported` when the file was written by a newer release, `data_corrupt` when an applied migration
 * differs from ours or a former attempt stopped half-way
 */
export function findPending(file: string, migrations: readonly Migration[]): string[] {
  const applied = existsSync(file) ? readApplied(file) : [];
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  for (const { name, checksum, finished } of applied) {
    const expected = known.get(name);
    if (expected === undefined) {
      throw new EngineError('unsupported', `The database ${file} was written by a newer release (it has ${name})`, {
        reason: 'database_newer',
        file,
        migration: name,
      });
    }
    if (!finished || expected !== checksum) {
      const why = finished ? 'differs from this release' : 'was not finished';
      throw new EngineError('data_corrupt', `Migration ${name} of the database ${file} ${why}`, {
        reason: 'database_migration_broken',
        file,
        migration: name,
      });
    }
  }
  const names = new Set(applied.map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !names.has(name));
}

/** Applies what is pending and returns the names. No client may have the file open. */
export async function applyMigrations(
  factory: SqlMigrationAwareDriverAdapterFactory,
  migrations: readonly Migration[],
): Promise<string[]> {
  await using session = await openSchemaEngine(factory);
  const migrationsList = toMigrationList(migrations);
  return (await session.engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
}

/** SQL that leads from the migrations to the schema; undefined when both agree. */
export async function diffToSchema(
  factory: SqlMigrationAwareDriverAdapterFactory,
  migrations: readonly Migration[],
  schemaFile: string,
): Promise<string | undefined> {
  await using session = await openSchemaEngine(factory);
  const content = await readFile(schemaFile, 'utf8');
  const { exitCode, stdout } = await session.engine.diff({
    from: { tag: 'migrations', ...toMigrationList(migrations) },
    to: { tag: 'schemaDatamodel', files: [{ path: schemaFile, content }] },
    script: true,
    exitCode: true,
    filters,
  });
  return exitCode === 2 ? (stdout ?? '') : undefined;
}

function toMigrationList(migrations: readonly Migration[]): MigrationList {
  return {
    baseDir: '.',
    lockfile: LOCK_FILE,
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

interface AppliedRow {
  name: string;
  checksum: string;
  finished: number;
}

function readApplied(file: string): AppliedRow[] {
  const db = new Sqlite(file, { readonly: true });
  try {
    const table = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_prisma_migrations'").get();
    if (table === undefined) return [];
    return db
      .prepare<[], AppliedRow>(
        `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
           FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
      )
      .all();
  } finally {
    db.close();
  }
}
