import type { DeviceMount, Kernel } from './kernel.ts';
import { parseMountOptions } from './mount-options.ts';
import { errnoWords, SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

export type BindOptions = NonNullable<Parameters<Kernel['bindMount']>[2]>;
export type TmpfsOptions = NonNullable<Parameters<Kernel['mountTmpfs']>[1]>;

const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
export const MOUNT_ATTR_RDONLY = 1;
const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;
const PROPAGATION = { private: 1 << 18, slave: 1 << 19, shared: 1 << 20 } as const;

/** The copy is finished, flags and all, before it appears at the target. */
export function bindMount(sys: Syscalls, source: string, target: string, opts: BindOptions): void {
  const recursive = opts.recursive === true ? AT_RECURSIVE : 0;
  const tree = sys.openTree(source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive);
  try {
    if (opts.readOnly === true) {
      sys.mountSetattr(tree, AT_EMPTY_PATH | recursive, mountAttributes(MOUNT_ATTR_RDONLY, 0));
    }
    if (opts.propagation !== undefined) {
      const deep = opts.propagation.startsWith('r');
      const kind = deep ? opts.propagation.slice(1) : opts.propagation;
      const flag = kind === 'shared' ? PROPAGATION.shared : kind === 'slave' ? PROPAGATION.slave : PROPAGATION.private;
      sys.mountSetattr(tree, AT_EMPTY_PATH | (deep ? AT_RECURSIVE : 0), mountAttributes(0, flag));
    }
    sys.moveMount(tree, target);
  } finally {
    sys.close(tree);
  }
}

/** `struct mount_attr`: flags to set, flags to clear, propagation, user namespace. */
export function mountAttributes(set: number, propagation: number): Buffer {
  const out = Buffer.alloc(32);
  out.writeBigUInt64LE(BigInt(set), 0);
  out.writeBigUInt64LE(BigInt(propagation), 16);
  return out;
}

export function mountTmpfs(sys: Syscalls, target: string, opts: TmpfsOptions): void {
  const options = [`mode=${(opts.mode ?? 0o755).toString(8)}`];
  if (opts.sizeBytes !== undefined) options.push(`size=${opts.sizeBytes}`);
  sys.mountTmpfs(target, options.join(','));
}

const MS_REMOUNT = 32;
const MS_BIND = 4096;
const MS_REC = 16_384;
/** What a bind mount takes only when it is mounted once more. */
const BIND_LATER = 1 | 2 | 4 | 8 | 1024 | 2048 | (1 << 21);

/** mount(2) in the steps of mount(8): a bind mount gets its flags, and every mount its propagation, by a further call. */
export function mountDevice(sys: Syscalls, { source, target, type, options }: DeviceMount): void {
  const { flags, propagation, data } = parseMountOptions(options);
  const isBind = (flags & MS_BIND) !== 0;
  try {
    sys.mount(source, target, isBind ? '' : type, isBind ? flags & (MS_BIND | MS_REC) : flags, data);
  } catch (cause) {
    throw withWords(cause, `mount ${source}:${target}, flags: 0x${flags.toString(16)}${data && `, data: ${data}`}`);
  }
  try {
    if (isBind && (flags & BIND_LATER) !== 0)
      sys.mount('none', target, '', MS_BIND | MS_REMOUNT | (flags & ~MS_REC), '');
    if (propagation !== 0) sys.mount('none', target, '', propagation, '');
  } catch (cause) {
    unmount(sys, target, true);
    throw cause;
  }
}

function withWords(cause: unknown, words: string): unknown {
  if (!(cause instanceof SyscallError)) return cause;
  const text = `${words}: ${errnoWords(cause.errno)}`;
  return new SyscallError({ syscall: cause.syscall, errno: cause.errno, text });
}

/** False when nothing was mounted there. */
export function unmount(sys: Syscalls, target: string, lazy: boolean): boolean {
  try {
    sys.umount(target, UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0));
    return true;
  } catch (cause) {
    if (cause instanceof SyscallError && (cause.errno === 'EINVAL' || cause.errno === 'ENOENT')) return false;
    throw cause;
  }
}
