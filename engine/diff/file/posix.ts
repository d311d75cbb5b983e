import { closeSync, constants } from 'node:fs';
import { flushCompileCache } from 'node:module';
import koffi from 'koffi';
import { EngineError } from '../../errors/index.ts';

/**
 * Calls relative to an open folder, which `node:fs` lacks. Synchronous and by native code loaded at import:
 * only for the unpacking child, which imports it before it enters the target folder.
 *
 * Names are byte strings (latin1), single path components.
 */
const libc = koffi.load(null);
const calls = {
  openat: libc.func('int openat(int dirfd, const void *name, int flags, uint32_t mode)'),
  mkdirat: libc.func('int mkdirat(int dirfd, const void *name, uint32_t mode)'),
  mknodat: libc.func('int mknodat(int dirfd, const void *name, uint32_t mode, uint64_t dev)'),
  symlinkat: libc.func('int symlinkat(const void *target, int dirfd, const void *name)'),
  linkat: libc.func('int linkat(int olddir, const void *oldname, int newdir, const void *newname, int flags)'),
  unlinkat: libc.func('int unlinkat(int dirfd, const void *name, int flags)'),
  fchownat: libc.func('int fchownat(int dirfd, const void *name, uint32_t uid, uint32_t gid, int flags)'),
  fchmodat: libc.func('int fchmodat(int dirfd, const void *name, uint32_t mode, int flags)'),
  utimensat: libc.func('int utimensat(int dirfd, const void *name, const void *times, int flags)'),
  futimens: libc.func('int futimens(int fd, const void *times)'),
  fsetxattr: libc.func('int fsetxattr(int fd, const void *name, const void *value, size_t size, int flags)'),
  fgetxattr: libc.func('int64_t fgetxattr(int fd, const void *name, void *value, size_t size)'),
  flistxattr: libc.func('int64_t flistxattr(int fd, void *list, size_t size)'),
  readlinkat: libc.func('int64_t readlinkat(int dirfd, const void *name, void *into, size_t size)'),
  lseek: libc.func('int64_t lseek(int fd, int64_t offset, int whence)'),
  sync_file_range: libc.func('int sync_file_range(int fd, int64_t offset, int64_t length, uint32_t flags)'),
  ioctl: libc.func('int ioctl(int fd, uint64_t request, int64_t argument)'),
  fchdir: libc.func('int fchdir(int fd)'),
  chroot: libc.func('int chroot(const void *path)'),
  prctl: libc.func('int prctl(int option, uint64_t a, uint64_t b, uint64_t c, uint64_t d)'),
  setrlimit: libc.func('int setrlimit(int resource, const void *limit)'),
} as const;

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_REMOVEDIR = 0x200;
const O_CLOEXEC = 0o2000000;
/** A descriptor that names a file without opening it: safe for FIFOs and devices. */
export const O_PATH = 0o10000000;
export const OPEN_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const ERRNO_NAMES = new Map(Object.entries(koffi.os.errno).map(([name, errno]) => [errno, name]));

/** A failed system call. */
class SystemCallError extends Error {
  readonly code: string;
  readonly syscall: string;

  constructor(syscall: string, errno: number) {
    const code = errnoName(errno);
    super(`${syscall} failed: ${code}`);
    this.code = code;
    this.syscall = syscall;
  }
}

function errnoName(errno: number): string {
  return ERRNO_NAMES.get(errno) ?? `errno ${errno}`;
}

const NAME_BYTES = 4_096;
/** Every call has copied its names when it returns, so that two places serve all of them. */
const NAMES = [Buffer.alloc(NAME_BYTES), Buffer.alloc(NAME_BYTES)] as const;

function cstring(bytes: string, place = NAMES[0]): Buffer {
  if (bytes.length >= NAME_BYTES) return Buffer.from(`${bytes}\0`, 'latin1');
  place[place.write(bytes, 0, 'latin1')] = 0;
  return place;
}

function check(syscall: string, result: number): number {
  if (result < 0) throw new SystemCallError(syscall, koffi.errno());
  return result;
}

const SECOND = 1_000_000_000n;
/** Access and modification, seconds and nanoseconds each. */
const TIMES = new BigInt64Array(4);

function timespecs(ns: bigint): BigInt64Array {
  const nanos = ((ns % SECOND) + SECOND) % SECOND;
  TIMES[0] = TIMES[2] = (ns - nanos) / SECOND;
  TIMES[1] = TIMES[3] = nanos;
  return TIMES;
}

export function openAt(folder: number, name: string, flags: number, mode = 0): number {
  return check('openat', calls.openat(folder, cstring(name), flags | O_CLOEXEC, mode));
}

/** The name of the errno instead of an error: for places where failing is usual. */
export function tryOpenAt(folder: number, name: string, flags: number, mode = 0): number | string {
  const fd = calls.openat(folder, cstring(name), flags | O_CLOEXEC, mode);
  return fd < 0 ? errnoName(koffi.errno()) : fd;
}

export function makeFolderAt(folder: number, name: string): void {
  check('mkdirat', calls.mkdirat(folder, cstring(name), 0o755));
}

/** The kernel's 32-bit form of a device number: 12 bits major, 20 bits minor. */
export function makeNodeAt(folder: number, name: string, mode: number, major: number, minor: number): void {
  const device = (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
  check('mknodat', calls.mknodat(folder, cstring(name), mode, device >>> 0));
}

export function symlinkAt(target: string, folder: number, name: string): void {
  check('symlinkat', calls.symlinkat(cstring(target), folder, cstring(name, NAMES[1])));
}

/** Never follows: the link of a link is that link. */
export function linkAt(from: { folder: number; name: string }, folder: number, name: string): void {
  check('linkat', calls.linkat(from.folder, cstring(from.name), folder, cstring(name, NAMES[1]), 0));
}

export function unlinkAt(folder: number, name: string, opts: { folder: boolean }): void {
  check('unlinkat', calls.unlinkat(folder, cstring(name), opts.folder ? AT_REMOVEDIR : 0));
}

export function chownAt(folder: number, name: string, uid: number, gid: number): void {
  check('fchownat', calls.fchownat(folder, cstring(name), uid, gid, AT_SYMLINK_NOFOLLOW));
}

/** Follows links: only for nodes just made. */
export function chmodAt(folder: number, name: string, mode: number): void {
  check('fchmodat', calls.fchmodat(folder, cstring(name), mode, 0));
}

export function setTimesAt(folder: number, name: string, ns: bigint): void {
  check('utimensat', calls.utimensat(folder, cstring(name), timespecs(ns), AT_SYMLINK_NOFOLLOW));
}

export function setTimes(fd: number, ns: bigint): void {
  check('futimens', calls.futimens(fd, timespecs(ns)));
}

export function setAttribute(fd: number, name: string, value: string): void {
  const bytes = Buffer.from(value, 'latin1');
  check('fsetxattr', calls.fsetxattr(fd, cstring(name), bytes, bytes.length, 0));
}

export function getAttribute(fd: number, name: string): string | undefined {
  const value = Buffer.alloc(65_536);
  const length = Number(calls.fgetxattr(fd, cstring(name), value, value.length));
  return length < 0 ? undefined : value.toString('latin1', 0, length);
}

export function listAttributes(fd: number): string[] {
  const list = Buffer.alloc(65_536);
  const length = Number(calls.flistxattr(fd, list, list.length));
  return length <= 0 ? [] : list.toString('latin1', 0, length).split('\0').filter(Boolean);
}

/** The target of a link that was opened with `O_PATH`. */
export function readLink(fd: number): string {
  return readLinkAt(fd, '');
}

export function readLinkAt(folder: number, name: string): string {
  const target = Buffer.alloc(NAME_BYTES);
  const length = check('readlinkat', Number(calls.readlinkat(folder, cstring(name), target, target.length)));
  return target.toString('latin1', 0, length);
}

/** Undefined beyond the last byte, or where the file system cannot tell. */
export function seekTo(fd: number, offset: number, whence: number): number | undefined {
  const position = Number(calls.lseek(fd, offset, whence));
  return position < 0 ? undefined : position;
}

const SYNC_FILE_RANGE_WRITE = 2;

/** Begins to write bytes of the file to the disk. A help, no promise: what goes wrong is told by the sync that waits for them. */
export function beginSync(fd: number, offset: number, length: number): void {
  calls.sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE);
}

const FICLONE = 0x40049409;

/** Gives the empty file `to` the blocks of `from`. False where the file system, or two of them, cannot. */
export function shareBlocks(from: number, to: number): boolean {
  return calls.ioctl(to, FICLONE, from) === 0;
}

export function changeFolder(fd: number): void {
  check('fchdir', calls.fchdir(fd));
}

/** Makes the open folder this process's root, for good; no descriptor of a folder outside may be walked upwards after it. */
export function enterRoot(fd: number): void {
  // Written at the end of the process otherwise, when its path leads into the folder.
  flushCompileCache();
  changeFolder(fd);
  check('chroot', calls.chroot(cstring('.')));
  changeFolder(fd);
}

/**
 * Makes the open folder this process's root until the end of a visit: for a child that unpacks one layer after the other.
 * The old root stays open, so names still have to be checked; a process of root could leave any root.
 */
export function visitRoot(fd: number): Disposable {
  const outside = openAt(AT_FDCWD, '/', OPEN_FOLDER);
  enterRoot(fd);
  return {
    [Symbol.dispose]: () => {
      changeFolder(outside);
      check('chroot', calls.chroot(cstring('.')));
      closeSync(outside);
    },
  };
}

/** No privileges by exec, no core files. */
export function harden(): void {
  const PR_SET_NO_NEW_PRIVS = 38;
  const RLIMIT_CORE = 4;
  check('prctl', calls.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  check('setrlimit', calls.setrlimit(RLIMIT_CORE, Buffer.alloc(16)));
}

export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What a failed call on the target means to the caller. */
export function toEngineError(error: unknown, entry?: string): unknown {
  const code = systemCode(error);
  if (error instanceof EngineError || code === undefined) return error;
  const details = { entry, errno: code };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EngineError(
      'resource_exhausted',
      'The disk is full',
      { reason: 'disk_full', ...details },
      { cause: error },
    );
  }
  if (code === 'EPERM' || code === 'EACCES') {
    const message = `The system does not allow to unpack "${entry ?? ''}"`;
    return new EngineError('denied', message, { reason: 'unpack_denied', ...details }, { cause: error });
  }
  if (code === 'ENAMETOOLONG') {
    const message = `A name in the archive is too long for the file system (entry "${entry ?? ''}")`;
    return new EngineError('data_corrupt', message, { reason: 'name_too_long', ...details }, { cause: error });
  }
  return error;
}
