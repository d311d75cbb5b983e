import { closeSync, fstatSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, isEngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';
import type { Covered } from './init-layer.ts';

const O_PATH = 0o10000000;
const MAX_BYTES = 1 << 20;

/**
 * Which of a root's user databases the runtime must not open: a FIFO makes it hang for ever, a huge file or line makes
 * it fail. The file is looked at by a descriptor that reads nothing and follows links inside the root only.
 */
export async function unusableUserDatabases(kernel: Pick<Kernel, 'openInRoot'>, root: string): Promise<Covered> {
  return { passwd: await isUnusable(kernel, root, 'etc/passwd'), group: await isUnusable(kernel, root, 'etc/group') };
}

async function isUnusable(kernel: Pick<Kernel, 'openInRoot'>, root: string, path: string): Promise<boolean> {
  let fd: number;
  try {
    fd = await kernel.openInRoot(root, path, { flags: O_PATH });
  } catch (error) {
    if (!isEngineError(error)) throw error;
    // Nothing there is fine. A link that leads nowhere now may lead to a device once /proc and /dev are mounted.
    return error.code !== 'not_found' || (await isThere(join(root, path)));
  }
  try {
    // Of a descriptor that is open: neither call waits for a disk.
    const info = fstatSync(fd);
    return !info.isFile() || info.size > MAX_BYTES;
  } finally {
    closeSync(fd);
  }
}

/** Whether there is an entry, wherever it leads. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
