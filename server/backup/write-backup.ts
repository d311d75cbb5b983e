import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineError } from '#engine/errors/index.ts';
import { syncFolder } from '#engine/lib/index.ts';
import type { EnginePaths } from '#engine/paths.ts';
import { copyDatabase, sealCopy } from '../db/index.ts';
import { type BackupHeader, type BackupPart, FOLDERS, HEADER_BYTES, writeHeader } from './backup-header.ts';
import { runTar } from './run-tar.ts';

interface WriteRequest {
  paths: EnginePaths;
  file: string;
  parts: readonly BackupPart[];
  release: string;
  createdAt: Date;
}

/**
 * One private file (0600) with the records of this moment and the folders asked for. The server may run meanwhile: the database
 * is copied as one, files that containers write at the same time may be caught half-way (`changed`).
 *
 * @throws EngineError `already_exists`: a backup is never written over another file
 */
export async function writeBackup(request: WriteRequest): Promise<BackupHeader & { changed: boolean }> {
  const { paths, file, parts, release, createdAt } = request;
  if (existsSync(file))
    throw new EngineError('already_exists', `${file} exists already`, { reason: 'file_exists', file });
  const work = await mkdtemp(`${file}.`);
  try {
    const copy = join(work, 'davit.db');
    await copyDatabase(paths.database, copy);
    sealCopy(copy);
    const wanted = [...FOLDERS.always, ...parts.flatMap((part) => FOLDERS[part])];
    const folders = wanted.filter((folder) => existsSync(join(paths.dataRoot, folder)));
    const partial = join(work, 'backup');
    const { header, changed } = await writeArchive(partial, (sink) =>
      runTar(
        ['--create', '--format=posix', '--sparse', '-C', work, 'davit.db', '-C', paths.dataRoot, '--', ...folders],
        {
          sink,
        },
      ),
    );
    const whole = { ...header, release, createdAt, parts: [...parts] };
    await finish(partial, whole);
    await rename(partial, file);
    await syncFolder(dirname(file));
    return { ...whole, changed };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type Sink = Parameters<typeof runTar>[1]['sink'];

async function writeArchive(
  partial: string,
  tar: (sink: Sink) => Promise<{ changed: boolean }>,
): Promise<{ header: Pick<BackupHeader, 'sizeBytes' | 'sha256'>; changed: boolean }> {
  await using handle = await open(partial, 'wx', 0o600);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const { changed } = await tar(async (output) => {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await handle.write(chunk, 0, chunk.length, HEADER_BYTES + sizeBytes);
      sizeBytes += chunk.length;
    }
  });
  return { header: { sizeBytes, sha256: hash.digest('hex') }, changed };
}

async function finish(partial: string, header: BackupHeader): Promise<void> {
  await using handle = await open(partial, 'r+');
  await writeHeader(handle, header);
  await handle.sync();
}
