import type { LibraryHandle } from 'koffi';
import type { DetachedProgram } from './kernel.ts';
import { errnoName, SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

/** Larger than glibc's on any architecture: 80 and 336 bytes on x86-64. */
const ACTIONS_BYTES = 512;
const ATTRIBUTES_BYTES = 1024;
const SIGSET_BYTES = 128;

const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const FIRST = 3;

/**
 * posix_spawn(3) with its many small parts. It shares the memory of the caller until the new program runs, where fork(2)
 * copies the page tables of the whole server first: milliseconds in which nothing else is served.
 */
export function loadSpawn(libc: LibraryHandle): Syscalls['posixSpawn'] {
  const bound = (symbol: string, args: string[]) => {
    const call = libc.func(symbol, 'int', args);
    // These functions answer with the error itself.
    return (...values: unknown[]): void => {
      const errno = Number(call(...values));
      if (errno !== 0) throw new SyscallError({ syscall: symbol, errno: errnoName(errno), text: '' });
    };
  };
  const initActions = bound('posix_spawn_file_actions_init', ['void*']);
  const endActions = bound('posix_spawn_file_actions_destroy', ['void*']);
  const addOpen = bound('posix_spawn_file_actions_addopen', ['void*', 'int', 'const char*', 'int', 'uint32_t']);
  const addDup = bound('posix_spawn_file_actions_adddup2', ['void*', 'int', 'int']);
  const initAttributes = bound('posix_spawnattr_init', ['void*']);
  const setFlags = bound('posix_spawnattr_setflags', ['void*', 'short']);
  const setDefault = bound('posix_spawnattr_setsigdefault', ['void*', 'void*']);
  const setMask = bound('posix_spawnattr_setsigmask', ['void*', 'void*']);
  const spawn = bound('posix_spawn', ['void*', 'const char*', 'void*', 'void*', 'const char**', 'const char**']);

  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  initAttributes(attributes);
  setFlags(attributes, SETSIGDEF | SETSIGMASK);
  setDefault(attributes, Buffer.alloc(SIGSET_BYTES, 0xff));
  setMask(attributes, Buffer.alloc(SIGSET_BYTES));

  return (file, args, env, descriptors) => {
    const last = FIRST + descriptors.length - 1;
    // One of them at another's place would be overwritten before it is copied.
    if (descriptors.some((fd) => fd <= last)) {
      throw new SyscallError({ syscall: 'posix_spawn', errno: 'EBADF', text: 'a descriptor is too low' });
    }
    const actions = Buffer.alloc(ACTIONS_BYTES);
    initActions(actions);
    try {
      for (let fd = 0; fd < FIRST; fd += 1) addOpen(actions, fd, '/dev/null', O_RDWR, 0);
      for (const [at, fd] of descriptors.entries()) addDup(actions, fd, FIRST + at);
      const pid = Buffer.alloc(4);
      spawn(pid, file, actions, attributes, [...args, null], [...env, null]);
      return pid.readInt32LE(0);
    } finally {
      endActions(actions);
    }
  };
}

const O_RDWR = 2;

/** Starts the program and collects what it ends as after its fork. Our ends of its sockets: the caller closes them. */
export function startDetached(sys: Syscalls, program: DetachedProgram): number[] {
  const pairs: [number, number][] = [];
  try {
    for (let made = 0; made < program.sockets; made += 1) pairs.push(sys.socketpair());
    const theirs = pairs.map(([, fd]) => fd);
    sys.waitpid(sys.posixSpawn(program.file, [program.file, ...program.args], program.env, theirs));
  } catch (cause) {
    for (const [ours] of pairs) sys.close(ours);
    throw cause;
  } finally {
    for (const [, fd] of pairs) sys.close(fd);
  }
  return pairs.map(([ours]) => ours);
}
