import { statfs } from 'node:fs/promises';
import { EngineError } from '../errors/index.ts';

/** What a container without a single file of its own takes, with its records, several times over. */
const LEAST_BYTES = 2 << 20;
const LEAST_FILES = 64;

/**
 * Before anything is made: on a full disk a new container could be neither started nor described, and would take what is left
 * for stopping and removing others.
 *
 * @throws EngineError `resource_exhausted` (disk_full)
 */
export async function assertRoom(folder: string): Promise<void> {
  const { bavail, bsize, ffree, files } = await statfs(folder);
  const freeBytes = bavail * bsize;
  // File systems that make inodes as they need them count none.
  if (freeBytes >= LEAST_BYTES && (files === 0 || ffree >= LEAST_FILES)) return;
  const what = freeBytes < LEAST_BYTES ? 'space' : 'room for another file';
  const message = `No ${what} is left on the disk; remove what is not needed, such as unused images, and try again`;
  throw new EngineError('resource_exhausted', message, { reason: 'disk_full', freeBytes, freeFiles: ffree });
}
