import { constants, existsSync } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineError } from '#engine/errors/index.ts';
import { syncFolder } from '#engine/lib/index.ts';
import type { EnginePaths } from '#engine/paths.ts';
import { findCopies, whatIsWrong } from '../db/index.ts';
import { holdDataRoot } from './restore-backup.ts';

interface Recovered {
  copy: string;
  takenAt: Date;
  /** What was there before: moved, never deleted. */
  movedTo: string[];
}

/**
 * Puts the newest whole copy in the place of the records; the rest of the data root stays as it is.
 *
 * @throws EngineError `in_use` (a server runs on this data root), `conflict` (the records are whole), `not_found` (no copy)
 */
export async function recoverDatabase(request: { paths: EnginePaths; force: boolean; now: Date }): Promise<Recovered> {
  const { paths, force, now } = request;
  const file = paths.database;
  await using _lock = await holdDataRoot(paths);
  if (!force && whatIsWrong(file) === undefined) {
    const message = `The records in ${file} are whole; --force puts the last copy in their place all the same`;
    throw new EngineError('conflict', message, { reason: 'database_whole', file });
  }
  const copy = findCopies(file).findLast(({ file: one }) => whatIsWrong(one) === undefined);
  if (copy === undefined) {
    const message = `There is no whole copy of ${file}; restore a backup with ./davit admin restore`;
    throw new EngineError('not_found', message, { reason: 'no_copy', file });
  }
  const fresh = `${file}.recovering`;
  await rm(fresh, { force: true });
  await copyFile(copy.file, fresh, constants.COPYFILE_FICLONE);
  await using handle = await open(fresh, 'r+');
  await handle.chmod(0o600);
  await handle.sync();
  const movedTo: string[] = [];
  const suffix = `damaged-${now.toISOString().replace(/\D/g, '').slice(0, 14)}`;
  // The file first: without it the server refuses to start, should this be cut off before the copy has its name.
  for (const part of ['', '-wal', '-shm']) {
    if (!existsSync(`${file}${part}`)) continue;
    await rename(`${file}${part}`, `${file}.${suffix}${part}`);
    movedTo.push(`${file}.${suffix}${part}`);
  }
  await rename(fresh, file);
  await syncFolder(dirname(file));
  return { copy: copy.file, takenAt: copy.takenAt, movedTo };
}
