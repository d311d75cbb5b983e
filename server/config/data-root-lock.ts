import { readFile, stat } from 'node:fs/promises';
import { EngineError, errnoOf } from '#engine/errors/index.ts';

/**
 * Before anything of a data root is opened: whether another server holds its lock. The engine takes the lock itself later on;
 * where the kernel's list names files otherwise, as for btrfs, it is the one to notice.
 *
 * @throws EngineError `unavailable` with reason `data_root_locked`
 */
export async function assertNotLocked(path: string): Promise<void> {
  const [locks, file] = await Promise.all([readFile('/proc/locks', 'utf8'), idOf(path)]);
  const holder = file === undefined ? undefined : findHolder(locks, file);
  if (holder === undefined) return;
  throw new EngineError('unavailable', `Another Davit (process ${holder}) uses this data folder: ${path} is locked`, {
    reason: 'data_root_locked',
    path,
    pid: holder,
  });
}

/** The pid in the first line such as `7: FLOCK  ADVISORY  WRITE 812 08:01:1311 0 EOF` of this file; who waits has an arrow. */
export function findHolder(locks: string, file: string): number | undefined {
  for (const line of locks.split('\n')) {
    const [, kind, , , pid, where] = line.trim().split(/\s+/);
    if (kind === 'FLOCK' && where === file) return Number(pid);
  }
  return undefined;
}

/** As the kernel's list names it: numbers of the device in hexadecimal, inode in decimal. */
async function idOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
    const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
    const hex = (part: bigint) => (part & 0xffffffffn).toString(16).padStart(2, '0');
    return `${hex(major)}:${hex(minor)}:${ino}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
