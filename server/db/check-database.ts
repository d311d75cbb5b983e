import { existsSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { EngineError } from '#engine/errors/index.ts';
import { findCopies } from './good-copies.ts';

/**
 * What keeps a database from being used, in words; undefined when nothing does. Nothing is changed by looking.
 *
 * A log that was taken away is told by its index, which SQLite removes first and makes last: opened without it the records would
 * be those of some minutes ago, and what runs since then would belong to nobody.
 */
export function whatIsWrong(file: string): string | undefined {
  const copies = findCopies(file).length > 0;
  if (!existsSync(file)) return copies ? 'are not there, but copies of them are' : undefined;
  if (existsSync(`${file}-shm`) && !existsSync(`${file}-wal`)) {
    return `have lost their log ${file}-wal, and with it the latest changes`;
  }
  // As it is left by a first start that was cut off.
  if (statSync(file).size === 0) return copies || existsSync(`${file}-wal`) ? 'are an empty file' : undefined;
  return structureOf(file);
}

function structureOf(file: string): string | undefined {
  let db: Sqlite.Database | undefined;
  try {
    db = new Sqlite(file, { readonly: true, timeout: 5_000 });
    const rows = db.pragma('quick_check(1)') as { quick_check: string }[];
    const said = rows[0]?.quick_check;
    return said === 'ok' ? undefined : `are damaged (${said})`;
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError) || !/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) throw error;
    return `are damaged (${error.message})`;
  } finally {
    db?.close();
  }
}

/** @throws EngineError `data_corrupt` with what to do: an empty start would end every container as one that nobody knows */
export function checkDatabase(file: string): void {
  const wrong = whatIsWrong(file);
  if (wrong === undefined) return;
  const newest = findCopies(file).at(-1);
  const offer =
    newest === undefined
      ? 'restore a backup with ./davit admin restore'
      : `put the copy of ${newest.takenAt.toISOString()} in their place with ./davit admin recover, or restore a backup`;
  const message = `The records in ${file} ${wrong}; nothing was touched and containers run on; ${offer}`;
  throw new EngineError('data_corrupt', message, { reason: 'database_damaged', file, copy: newest?.file });
}
