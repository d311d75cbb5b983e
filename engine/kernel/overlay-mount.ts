import { closeSync, constants, openSync, readSync } from 'node:fs';
import { errnoOf } from '../errors/index.ts';
import type { OverlayMount } from './kernel.ts';
import { bindMount, MOUNT_ATTR_RDONLY } from './mount-calls.ts';
import { SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

const O_PATH = 0o10000000;
const MS_RDONLY = 1;
const PAGE_BYTES = 4096;

/** Learned at the first mount: each attempt leaves a line in the log of an older kernel. */
let takesLayersOneByOne = true;

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
  if (takesLayersOneByOne && mountByContext(sys, mount)) return;
  mountByOnePage(sys, mount);
  takesLayersOneByOne = false;
}

/**
 * False when the kernel refuses without a word. One before 6.5 takes any option and refuses the whole when it shall make
 * the file system of them; one before 6.7 does not know `lowerdir+`.
 */
function mountByContext(sys: Syscalls, mount: OverlayMount): boolean {
  const context = sys.fsopen('overlay');
  try {
    const mounted = configureOverlay(sys, context, mount);
    try {
      sys.moveMount(mounted, mount.target);
    } finally {
      sys.close(mounted);
    }
    return true;
  } catch (cause) {
    const told = withKernelText(cause, context);
    if (told instanceof SyscallError && told.syscall === 'fsconfig' && told.errno === 'EINVAL' && told.text === '')
      return false;
    throw told;
  } finally {
    sys.close(context);
  }
}

function configureOverlay(sys: Syscalls, context: number, mount: OverlayMount): number {
  const set = (key: string, value: string): void => {
    try {
      sys.fsconfigString(context, key, value);
    } catch (cause) {
      const unknown = key === 'lowerdir+' && cause instanceof SyscallError && cause.errno === 'EINVAL';
      throw withKernelText(cause, context, unknown ? '' : `${key} ${value}`);
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

/**
 * For older kernels: mount(2), with descriptors in place of paths, so that a page of options holds more than two hundred
 * layers however long their paths are.
 */
function mountByOnePage(sys: Syscalls, mount: OverlayMount): void {
  const opened: number[] = [];
  const open = (key: string, path: string): string => {
    try {
      opened.push(openSync(path, O_PATH | constants.O_DIRECTORY));
    } catch (cause) {
      const errno = errnoOf(cause) ?? 'EIO';
      throw new SyscallError({ syscall: 'open', errno, text: `${key} ${path}: ${errno}` });
    }
    return `/proc/self/fd/${opened.at(-1)}`;
  };
  try {
    const options = [`lowerdir=${mount.lower.map((path) => open('lowerdir', path)).join(':')}`];
    if (mount.upper !== undefined) options.push(`upperdir=${open('upperdir', mount.upper)}`);
    if (mount.work !== undefined) options.push(`workdir=${open('workdir', mount.work)}`);
    if (mount.volatile === true) options.push('volatile');
    const data = options.join(',');
    if (data.length >= PAGE_BYTES) {
      const text = `${mount.lower.length} layers are more than this kernel takes; 6.7 and later take 500`;
      throw new SyscallError({ syscall: 'mount', errno: 'E2BIG', text });
    }
    sys.mount('overlay', mount.target, 'overlay', mount.upper === undefined ? MS_RDONLY : 0, data);
  } finally {
    for (const fd of opened) closeSync(fd);
  }
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
