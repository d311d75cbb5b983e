import { readSync } from 'node:fs';
import type { DeviceMount, Kernel, OverlayMount } from './kernel.ts';
import { parseMountOptions } from './mount-options.ts';
import { errnoWords, SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

export type BindOptions = NonNullable<Parameters<Kernel['bindMount']>[2]>;
export type TmpfsOptions = NonNullable<Parameters<Kernel['mountTmpfs']>[1]>;

const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
const MOUNT_ATTR_RDONLY = 1;
const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;
const PROPAGATION = { private: 1 << 18, slave: 1 << 19, shared: 1 << 20 } as const;

/**
 * Layers are handed over one by one: mount(2) takes its options in one page and cuts a longer list without an error,
 * which mounts the wrong layers.
 */
export function mountOverlay(sys: Syscalls, mount: OverlayMount): void {
  const [only] = mount.lower;
  if (only === undefined) {
    throw new SyscallError({ syscall: 'fsconfig', errno: 'EINVAL', text: 'an overlay needs a lower folder' });
  }
  if (mount.upper === undefined && mount.lower.length === 1) {
    // Overlay wants two folders; one alone and read-only is a bind mount.
    bindMount(sys, only, mount.target, { readOnly: true, propagation: 'private' });
    return;
  }
  const context = sys.fsopen('overlay');
  try {
    const mounted = configureOverlay(sys, context, mount);
    try {
      sys.moveMount(mounted, mount.target);
    } finally {
      sys.close(mounted);
    }
  } catch (cause) {
    throw withKernelText(cause, context);
  } finally {
    sys.close(context);
  }
}

function configureOverlay(sys: Syscalls, context: number, mount: OverlayMount): number {
  const set = (key: string, value: string): void => {
    try {
      sys.fsconfigString(context, key, value);
    } catch (cause) {
      throw withKernelText(cause, context, `${key} ${value}`);
    }
  };
  set('source', 'overlay');
  for (const layer of mount.lower) set('lowerdir+', layer);
  if (mount.upper !== undefined) set('upperdir', mount.upper);
  if (mount.work !== undefined) set('workdir', mount.work);
  if (mount.volatile === true) sys.fsconfigFlag(context, 'volatile');
  sys.fsconfigCreate(context);
  return sys.fsmount(context, mount.upper === undefined ? MOUNT_ATTR_RDONLY : 0);
}

/** The file system context answers reads with what went wrong, one line such as `e overlay: too many …` a read. */
function withKernelText(cause: unknown, context: number, what = ''): unknown {
  if (!(cause instanceof SyscallError) || cause.text !== '') return cause;
  const lines: string[] = [];
  const buffer = Buffer.alloc(4096);
  try {
    for (;;) {
      const length = readSync(context, buffer, 0, buffer.length, null);
      if (length === 0) break;
      lines.push(
        buffer
          .toString('utf8', 0, length)
          .trim()
          .replace(/^[ewi] /, ''),
      );
    }
  } catch {
    // ENODATA: everything is read. Any other failure leaves us with the number alone, which is still reported.
  }
  // Some refusals, such as a folder that is not there, come without a word: then the option has to tell.
  const text = lines.length > 0 ? lines.join('; ') : what === '' ? '' : `${what}: ${cause.errno}`;
  return new SyscallError({ syscall: cause.syscall, errno: cause.errno, text });
}

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
