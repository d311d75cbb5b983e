import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EngineError, isEngineError } from '#engine/errors/index.ts';
import { createKernel } from '#engine/kernel/index.ts';
import { syncFolder } from '#engine/lib/index.ts';
import type { EnginePaths } from '#engine/paths.ts';
import { type BackupHeader, damaged, FOLDERS, HEADER_BYTES, readVerifiedHeader } from './backup-header.ts';
import { runTar } from './run-tar.ts';

interface RestoreRequest {
  paths: EnginePaths;
  file: string;
  /** Also over a data root that is not empty: what was there is moved aside, never deleted. */
  force: boolean;
  now: Date;
  /** Called with the restored database before anything is put in its place; a rejection leaves all as it was. */
  check(databaseFile: string): Promise<void>;
}

/**
 * Puts a backup in the place of a data root, whole or not at all: unpacked beside it, checked, and only then moved there.
 *
 * @throws EngineError `data_corrupt` (no backup, or damaged), `in_use` (a server runs on this data root), `conflict` (not empty)
 */
export async function restoreBackup(request: RestoreRequest): Promise<BackupHeader & { movedTo: string | undefined }> {
  const { paths, file, force, now, check } = request;
  const { dataRoot } = paths;
  const header = await readVerifiedHeader(file);
  await using _lock = await holdDataRoot(paths);
  const filled = (await namesIn(dataRoot)).length > 0;
  if (filled && !force) {
    const message = `${dataRoot} is not empty; --force moves what is there aside`;
    throw new EngineError('conflict', message, { reason: 'data_root_not_empty', dataRoot });
  }
  await assertKnownNames(file);
  await mkdir(dirname(dataRoot), { recursive: true });
  const work = await mkdtemp(`${dataRoot}.restoring-`);
  try {
    await runTar(['--extract', '--preserve-permissions', '--delay-directory-restore', '--sparse', '-C', work], {
      source: archiveOf(file),
      sink: async (output) => void output.resume(),
    });
    await chmod(work, 0o700);
    await check(join(work, 'davit.db'));
    const movedTo = filled
      ? `${dataRoot}.before-restore-${now.toISOString().replace(/\D/g, '').slice(0, 14)}`
      : undefined;
    if (movedTo !== undefined) await rename(dataRoot, movedTo);
    else await rm(dataRoot, { recursive: true, force: true });
    await rename(work, dataRoot);
    await syncFolder(dirname(dataRoot));
    return { ...header, movedTo };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const archiveOf = (file: string) => createReadStream(file, { start: HEADER_BYTES });

/** The lock file of an older run alone is nothing that could be lost. */
async function namesIn(dataRoot: string): Promise<string[]> {
  if (!existsSync(dataRoot)) return [];
  return (await readdir(dataRoot)).filter((name) => name !== 'lock');
}

/** A running server holds this lock; nobody starts one while a restore does. */
export async function holdDataRoot(paths: EnginePaths): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  if (existsSync(paths.dataRoot)) {
    const kernel = stack.use(await createKernel());
    try {
      stack.use(await kernel.flock(paths.lock));
    } catch (cause) {
      if (!isEngineError(cause, 'in_use')) throw cause;
      const message = `A server uses ${paths.dataRoot}; stop it first`;
      throw new EngineError('in_use', message, { reason: 'server_running', dataRoot: paths.dataRoot }, { cause });
    }
  }
  return stack.move();
}

/** Before a single file is written: nothing but what a backup holds, below its own folders. */
async function assertKnownNames(file: string): Promise<void> {
  const known = ['davit.db', ...Object.values(FOLDERS).flat()];
  let listed = '';
  await runTar(['--list', '--quoting-style=escape'], {
    source: archiveOf(file),
    sink: async (output) => {
      listed = await text(output);
    },
  });
  for (const name of listed.split('\n').filter(Boolean)) {
    const plain = name.replace(/\/+$/, '');
    const below = known.some((folder) => plain === folder || (folder !== 'davit.db' && plain.startsWith(`${folder}/`)));
    if (!below || plain.split('/').includes('..'))
      throw damaged(file, `holds ${name.slice(0, 200)}, which no backup does`);
  }
}
