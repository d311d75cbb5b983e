import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteAdapter } from './adapter.ts';
import { diffToSchema, LOCK_FILE, readMigrations } from './migrate.ts';
import { MIGRATIONS_FOLDER } from './open-database.ts';

export const SCHEMA_FILE = join(import.meta.dirname, '../../prisma/schema.prisma');

/**
 * Writes the migration that leads from `prisma/migrations` to `prisma/schema.prisma`; undefined when there is nothing to do.
 * Run it as `node server/db/author-migration.ts NAME` after changing the schema, and read the SQL before committing it.
 */
export async function authorMigration(
  name: string,
  opts: { folder?: string; schemaFile?: string; now?: Date } = {},
): Promise<string | undefined> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`"${name}" is not a name such as add_teams`);
  const folder = opts.folder ?? MIGRATIONS_FOLDER;
  await using stack = new AsyncDisposableStack();
  const scratch = await mkdtemp(join(tmpdir(), 'davit-migration-'));
  stack.defer(() => rm(scratch, { recursive: true, force: true }));

  const adapter = sqliteAdapter(join(scratch, 'empty.db'));
  const sql = await diffToSchema(adapter, await readMigrations(folder), opts.schemaFile ?? SCHEMA_FILE);
  if (sql === undefined) return undefined;
  const stamp = (opts.now ?? new Date()).toISOString().replace(/\D/g, '').slice(0, 14);
  const target = join(folder, `${stamp}_${name}`);
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'migration.sql'), sql);
  await writeFile(join(folder, LOCK_FILE.path), LOCK_FILE.content);
  return target;
}

if (import.meta.main) {
  const target = await authorMigration(process.argv[2] ?? '');
  process.stdout.write(`${target ?? 'schema and migrations agree'}\n`);
}
