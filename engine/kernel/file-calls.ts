import { closeSync, constants, openSync } from 'node:fs';
import { SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

const { O_DIRECTORY, O_NOFOLLOW } = constants;
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
const RESOLVE_NO_MAGICLINKS = 2n;
const RESOLVE_IN_ROOT = 16n;
const LOCK_EX_NB = 2 | 4;

export interface OpenInRootOptions {
  flags?: number;
  mode?: number;
  noFollow?: boolean;
}

/** Opens below a folder as if that folder were `/`; the caller closes the descriptor. */
export function openInRoot(sys: Syscalls, root: string, path: string, opts: OpenInRootOptions): number {
  const folder = openSync(root, O_PATH | O_DIRECTORY);
  try {
    const noFollow = opts.noFollow === true ? O_NOFOLLOW : 0;
    return sys.openat2(folder, path === '' ? '.' : path, openHow((opts.flags ?? 0) | noFollow, opts.mode ?? 0));
  } catch (cause) {
    throw invalidPath(cause);
  } finally {
    closeSync(folder);
  }
}

/** `struct open_how`. */
export function openHow(flags: number, mode: number): Buffer {
  const out = Buffer.alloc(24);
  out.writeBigUInt64LE(BigInt(flags | O_CLOEXEC), 0);
  out.writeBigUInt64LE(BigInt(mode), 8);
  out.writeBigUInt64LE(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS, 16);
  return out;
}

function invalidPath(cause: unknown): unknown {
  // EXDEV: the way led out of the root, which only happens while somebody renames on it.
  if (!(cause instanceof SyscallError) || cause.errno !== 'EXDEV') return cause;
  return new SyscallError({ syscall: cause.syscall, errno: 'ELOOP', text: 'the path leads out of the root' });
}

/** The descriptor that holds the lock; closing it gives the lock back. */
export function flock(sys: Syscalls, path: string): number {
  const fd = openSync(path, 'a', 0o600);
  try {
    sys.flock(fd, LOCK_EX_NB);
    return fd;
  } catch (cause) {
    closeSync(fd);
    throw cause;
  }
}

export function mknod(sys: Syscalls, path: string, mode: number, major: number, minor: number): void {
  sys.mknod(path, mode, deviceNumber(major, minor));
}

/** glibc's `makedev`: both numbers are split around the old 8:8 layout. */
export function deviceNumber(major: number, minor: number): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return ((high & 0xfffff000n) << 32n) | ((high & 0xfffn) << 8n) | ((low & 0xffffff00n) << 12n) | (low & 0xffn);
}

export function setxattr(sys: Syscalls, path: string, name: string, value: Uint8Array): void {
  sys.lsetxattr(path, name, Buffer.from(value));
}

export function listxattr(sys: Syscalls, path: string): string[] {
  for (;;) {
    try {
      const list = Buffer.alloc(Math.max(sys.llistxattr(path, Buffer.alloc(0)), 1));
      const length = sys.llistxattr(path, list);
      return list.toString('utf8', 0, length).split('\0').filter(Boolean);
    } catch (cause) {
      // It grew between the two calls: ask again.
      if (!(cause instanceof SyscallError) || cause.errno !== 'ERANGE') throw cause;
    }
  }
}

/** Undefined when the attribute is not there. */
export function getxattr(sys: Syscalls, path: string, name: string): Uint8Array | undefined {
  for (;;) {
    try {
      const length = sys.lgetxattr(path, name, Buffer.alloc(0));
      const value = Buffer.alloc(Math.max(length, 1));
      return new Uint8Array(value.subarray(0, sys.lgetxattr(path, name, value)));
    } catch (cause) {
      if (!(cause instanceof SyscallError)) throw cause;
      if (cause.errno === 'ENODATA') return undefined;
      // It grew between the two calls: ask again.
      if (cause.errno !== 'ERANGE') throw cause;
    }
  }
}
