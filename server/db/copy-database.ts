import { chmod } from 'node:fs/promises';
import Sqlite from 'better-sqlite3';

/** A consistent copy, the write-ahead log included, while others read and write. Private from the start of its use (0600). */
export async function copyDatabase(file: string, copy: string): Promise<void> {
  const source = new Sqlite(file);
  try {
    await source.backup(copy);
  } finally {
    source.close();
  }
  await chmod(copy, 0o600);
}

/** Nothing beside it: neither a log nor its index. */
export function makeOneFile(copy: string): void {
  const db = new Sqlite(copy);
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}

/** Makes a copy fit to be carried away: one file, and nothing in it that opens a door. */
export function sealCopy(copy: string): void {
  const db = new Sqlite(copy);
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('DELETE FROM Session; DELETE FROM SetupCode; VACUUM');
  } finally {
    db.close();
  }
}
