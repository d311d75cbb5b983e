import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import koffi from 'koffi';
import { EngineError } from '../../errors/index.ts';
import { makeFolderAt, O_PATH, OPEN_FOLDER, openAt, systemCode, tryOpenAt } from '../file/posix.ts';

/** Something of the host that belongs into a tree which is not mounted that way; seen by the child process alone. */
export interface ViewMount {
  source: string;
  /** Absolute, inside the tree. */
  target: string;
  readOnly: boolean;
}

/** A tree of files as a container sees it. */
export interface TreeView {
  /** An existing folder of the host. */
  root: string;
  /** Parents before what lies in them. */
  mounts?: readonly ViewMount[] | undefined;
  readOnly?: boolean | undefined;
}

const libc = koffi.load(null);
const calls = {
  unshare: libc.func('int unshare(int flags)'),
  mount: libc.func(
    'int mount(const char *source, const char *target, const char *type, uint64_t flags, const void *data)',
  ),
  // syscall(2) is variadic in C; with integer and pointer arguments a fixed signature is passed in the same registers.
  openat2: libc.func(
    'int64_t syscall(int64_t number, int64_t folder, const void *path, const void *how, uint64_t size)',
  ),
  access: libc.func('int faccessat(int folder, const void *path, int mode, int flags)'),
} as const;

const SYS_OPENAT2 = 437;
const RESOLVE_NO_MAGICLINKS = 2n;
const RESOLVE_IN_ROOT = 16n;
const CLONE_NEWNS = 0x20000;
const MS_RDONLY = 1;
const MS_REMOUNT = 32;
const MS_BIND = 4096;
const MS_REC = 16_384;
const MS_PRIVATE = 1 << 18;
const W_OK = 2;
const AT_FDCWD = -100;
const O_CLOEXEC = 0o2000000;
/** A rename beside the way makes the kernel ask for another try. */
const RACE_TRIES = 1_000;

const ERRNO_NAMES = new Map(Object.entries(koffi.os.errno).map(([name, errno]) => [errno, name]));

function errnoName(): string {
  return ERRNO_NAMES.get(koffi.errno()) ?? `errno ${koffi.errno()}`;
}

/**
 * Opens the tree's root with the mounts in place, in a mount namespace of this process when there are any: nothing has to be
 * taken back, and nobody else sees them. Call it before the process enters the root.
 */
export function openView(view: TreeView): number {
  const { mounts = [], readOnly = false } = view;
  if (mounts.length > 0 || readOnly) {
    check('unshare', calls.unshare(CLONE_NEWNS));
    mount('none', '/', MS_REC | MS_PRIVATE);
  }
  const rootFd = openFolder(view.root);
  for (const each of mounts) placeMount(rootFd, each);
  if (!readOnly) return rootFd;
  mount('none', view.root, MS_REMOUNT | MS_BIND | MS_RDONLY);
  return rootFd;
}

/** The trailing dot follows a link such as `/proc/1/root`. */
function openFolder(path: string): number {
  return openAt(AT_FDCWD, Buffer.from(`${path}/.`).toString('latin1'), OPEN_FOLDER);
}

function placeMount(rootFd: number, { source, target, readOnly }: ViewMount): void {
  const from = openSync(source, O_PATH | constants.O_RDONLY);
  try {
    const place = mountPoint(rootFd, target, fstatSync(from).isDirectory());
    if (place === undefined) return;
    mount(`/proc/self/fd/${from}`, `/proc/self/fd/${place}`, MS_BIND | MS_REC);
    closeSync(place);
    if (!readOnly) return;
    const mounted = openInView(rootFd, Buffer.from(target).toString('latin1'), O_PATH);
    mount('none', `/proc/self/fd/${mounted}`, MS_REMOUNT | MS_BIND | MS_RDONLY);
    closeSync(mounted);
  } finally {
    closeSync(from);
  }
}

/** A container that never ran may lack the place; a file's place is left missing, as nobody can have looked at it. */
function mountPoint(rootFd: number, target: string, isFolder: boolean): number | undefined {
  const path = Buffer.from(target).toString('latin1');
  const found = tryOpenInView(rootFd, path, O_PATH);
  if (typeof found === 'number') return found;
  if (found !== 'ENOENT' || !isFolder) return undefined;
  closeSync(openFolderInView(rootFd, path));
  return openInView(rootFd, path, O_PATH);
}

/** A folder of the tree, made with its parents when missing. Links are followed inside the tree only. */
export function openFolderInView(rootFd: number, path: string, onMade: (fd: number) => void = () => {}): number {
  const found = tryOpenInView(rootFd, path, constants.O_RDONLY | constants.O_DIRECTORY);
  if (typeof found === 'number') return found;
  if (found !== 'ENOENT') throw new ViewError('openat2', found);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const base = parts.pop();
  if (base === undefined) throw new ViewError('openat2', found);
  const parent = openFolderInView(rootFd, parts.join('/'), onMade);
  try {
    try {
      makeFolderAt(parent, base);
    } catch (error) {
      // Somebody inside was faster, or the name is a link to nowhere.
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const fd = tryOpenAt(parent, base, OPEN_FOLDER);
    if (typeof fd === 'string') throw new ViewError('openat', fd);
    onMade(fd);
    return fd;
  } finally {
    closeSync(parent);
  }
}

class ViewError extends Error {
  readonly code: string;
  readonly syscall: string;

  constructor(syscall: string, code: string) {
    super(`${syscall} failed: ${code}`);
    this.code = code;
    this.syscall = syscall;
  }
}

export function openInView(rootFd: number, path: string, flags: number): number {
  const fd = tryOpenInView(rootFd, path, flags);
  if (typeof fd === 'string') throw new ViewError('openat2', fd);
  return fd;
}

/**
 * Opens a byte-string path as if the root were `/`: absolute links and `..` stay inside whatever is renamed meanwhile, and the
 * links of `/proc` that lead to other roots are refused. The name of the errno instead of an error.
 */
export function tryOpenInView(rootFd: number, path: string, flags: number): number | string {
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(flags | O_CLOEXEC), 0);
  how.writeBigUInt64LE(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS, 16);
  const name = Buffer.from(path === '' ? '.\0' : `${path}\0`, 'latin1');
  for (let tries = 0; ; tries++) {
    const fd = Number(calls.openat2(SYS_OPENAT2, rootFd, name, how, how.length));
    if (fd >= 0) return fd;
    const code = errnoName();
    if (code !== 'EAGAIN' || tries === RACE_TRIES) return code;
  }
}

/** @throws EngineError `denied` in Docker's words when nothing can be written there */
export function assertWritable(rootFd: number, fd: number): void {
  if (!isReadOnly(fd)) return;
  const isRoot = isReadOnly(rootFd);
  const what = isRoot ? 'container rootfs' : 'mounted volume';
  throw new EngineError('denied', `${what} is marked read-only`, {
    reason: isRoot ? 'rootfs_read_only' : 'volume_read_only',
  });
}

function isReadOnly(folder: number): boolean {
  return calls.access(folder, Buffer.from('.\0'), W_OK, 0) !== 0 && errnoName() === 'EROFS';
}

function mount(source: string, target: string, flags: number): void {
  check('mount', calls.mount(source, target, null, flags, null));
}

function check(syscall: string, result: number): void {
  if (result < 0) throw new ViewError(syscall, errnoName());
}
