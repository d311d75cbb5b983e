import { closeSync, constants, openSync } from 'node:fs';
import { SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

/** Of `linux/fs.h`, for 64-bit machines. */
const FS_IOC_GETFLAGS = 0x80086601;
const FS_IOC_SETFLAGS = 0x40086602;
/** `T` of chattr(1). */
const TOP_FOLDER = 0x20000;

/**
 * Marks a folder as the top of unrelated ones. New files then do not lie where a lot was just deleted: ext4 takes no number of
 * a file that was deleted less than minutes ago, and looks at every one of them for each new file. False without the mark.
 */
export function spreadFolders(sys: Syscalls, path: string): boolean {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const flags = Buffer.alloc(8);
  try {
    sys.ioctl(fd, FS_IOC_GETFLAGS, flags);
    const present = flags.readUInt32LE();
    if ((present & TOP_FOLDER) !== 0) return true;
    flags.writeUInt32LE((present | TOP_FOLDER) >>> 0);
    sys.ioctl(fd, FS_IOC_SETFLAGS, flags);
    return true;
  } catch (cause) {
    // Other file systems have no such mark, and need none.
    if (cause instanceof SyscallError) return false;
    throw cause;
  } finally {
    closeSync(fd);
  }
}
