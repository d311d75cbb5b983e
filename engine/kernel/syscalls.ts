import { loadSpawn } from './spawn-calls.ts';
import { errnoName, SyscallError } from './syscall-error.ts';

/** `SYS_*` numbers; from 424 on they are the same on every architecture. */
const SYS = {
  openTree: 428,
  moveMount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  openat2: 437,
  mountSetattr: 442,
} as const;

/**
 * Every foreign function the engine calls, with its C signature, in this file and `spawn-calls.ts`: a wrong signature does not fail, it
 * crashes the process. Each method throws `SyscallError` when the call answers a negative number.
 *
 * All of them block the calling thread: use them in a worker only.
 */
export interface Syscalls {
  umount(target: string, flags: number): void;
  mountTmpfs(target: string, data: string): void;
  /** mount(2) as it is. */
  mount(source: string, target: string, type: string, flags: number, data: string): void;
  bindFile(source: string, target: string): void;
  openTree(path: string, flags: number): number;
  moveMount(fd: number, target: string): void;
  mountSetattr(fd: number, flags: number, attributes: Buffer): void;
  fsopen(type: string): number;
  fsconfigString(fd: number, key: string, value: string): void;
  fsconfigFlag(fd: number, key: string): void;
  fsconfigCreate(fd: number): void;
  fsmount(fd: number, attributes: number): number;
  openat2(folder: number, path: string, how: Buffer): number;
  unshare(flags: number): void;
  setns(fd: number, type: number): void;
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Buffer): void;
  setsockopt(fd: number, level: number, option: number, value: Buffer): void;
  /** Fills `into` as far as the option is long. */
  getsockopt(fd: number, level: number, option: number, into: Buffer): void;
  send(fd: number, data: Buffer): void;
  /** Bytes received into `into`. */
  recv(fd: number, into: Buffer): number;
  close(fd: number): void;
  flock(fd: number, operation: number): void;
  /** ioctl(2) with a place that is read or written. */
  ioctl(fd: number, request: number, argument: Buffer): void;
  mknod(path: string, mode: number, device: bigint): void;
  lsetxattr(path: string, name: string, value: Buffer): void;
  /** Length of the value; with an empty buffer only asks for it. */
  lgetxattr(path: string, name: string, into: Buffer): number;
  /** How many bytes of names, each with a zero byte behind it; an empty buffer only asks for that. */
  llistxattr(path: string, into: Buffer): number;
  /** Both ends of a new stream socket, closed on exec. */
  socketpair(): [number, number];
  /**
   * Process id of a new program: standard streams at /dev/null, `descriptors` from 3 on, signals as after a login. Nothing of
   * this process is copied for it, however large this process is.
   */
  posixSpawn(file: string, args: readonly string[], env: readonly string[], descriptors: readonly number[]): number;
  /** Waits for its end. */
  waitpid(pid: number): void;
  /** Gives what malloc(3) holds and nobody uses back to the kernel, of all threads. */
  mallocTrim(): void;
}

const AT_FDCWD = -100;
const SET_FLAG = 0;
const SET_STRING = 1;
const CMD_CREATE = 6;

/** Loads koffi and binds the C library into the calling thread. */
export async function loadSyscalls(): Promise<Syscalls> {
  const { default: koffi } = await import('koffi');
  const libc = koffi.load('libc.so.6');

  function bound<A extends unknown[]>(label: string, symbol: string, result: string, args: string[]) {
    const call = libc.func(symbol, result, args);
    return (...values: A): number => {
      const answer = Number(call(...values));
      if (answer < 0) throw new SyscallError({ syscall: label, errno: errnoName(koffi.errno()), text: '' });
      return answer;
    };
  }
  // syscall(2) is variadic in C; with integer and pointer arguments a fixed signature is passed in the same registers.
  function numbered<A extends unknown[]>(label: string, number: number, args: string[]) {
    const call = bound<[number, ...A]>(label, 'syscall', 'long', ['long', ...args]);
    return (...values: A): number => call(number, ...values);
  }

  const umount2 = bound<[string, number]>('umount2', 'umount2', 'int', ['const char*', 'int']);
  const mount = bound<[string | null, string, string | null, number, string | null]>('mount', 'mount', 'int', [
    'const char*',
    'const char*',
    'const char*',
    'unsigned long',
    'const char*',
  ]);
  const openTree = numbered<[number, string, number]>('open_tree', SYS.openTree, ['int', 'const char*', 'uint32_t']);
  const moveMount = numbered<[number, string, number, string, number]>('move_mount', SYS.moveMount, [
    'int',
    'const char*',
    'int',
    'const char*',
    'uint32_t',
  ]);
  const mountSetattr = numbered<[number, string, number, Buffer, number]>('mount_setattr', SYS.mountSetattr, [
    'int',
    'const char*',
    'uint32_t',
    'void*',
    'size_t',
  ]);
  const fsopen = numbered<[string, number]>('fsopen', SYS.fsopen, ['const char*', 'uint32_t']);
  const fsconfig = numbered<[number, number, string | null, string | null, number]>('fsconfig', SYS.fsconfig, [
    'int',
    'uint32_t',
    'const char*',
    'const char*',
    'int',
  ]);
  const fsmount = numbered<[number, number, number]>('fsmount', SYS.fsmount, ['int', 'uint32_t', 'uint32_t']);
  const openat2 = numbered<[number, string, Buffer, number]>('openat2', SYS.openat2, [
    'int',
    'const char*',
    'void*',
    'size_t',
  ]);
  const unshare = bound<[number]>('unshare', 'unshare', 'int', ['int']);
  const setns = bound<[number, number]>('setns', 'setns', 'int', ['int', 'int']);
  const socket = bound<[number, number, number]>('socket', 'socket', 'int', ['int', 'int', 'int']);
  const bind = bound<[number, Buffer, number]>('bind', 'bind', 'int', ['int', 'void*', 'uint32_t']);
  const setsockopt = bound<[number, number, number, Buffer, number]>('setsockopt', 'setsockopt', 'int', [
    'int',
    'int',
    'int',
    'void*',
    'uint32_t',
  ]);
  const getsockopt = bound<[number, number, number, Buffer, Buffer]>('getsockopt', 'getsockopt', 'int', [
    'int',
    'int',
    'int',
    'void*',
    'void*',
  ]);
  const send = bound<[number, Buffer, number, number]>('send', 'send', 'long', ['int', 'void*', 'size_t', 'int']);
  const recv = bound<[number, Buffer, number, number]>('recv', 'recv', 'long', ['int', 'void*', 'size_t', 'int']);
  const close = bound<[number]>('close', 'close', 'int', ['int']);
  const flock = bound<[number, number]>('flock', 'flock', 'int', ['int', 'int']);
  const ioctl = bound<[number, number, Buffer]>('ioctl', 'ioctl', 'int', ['int', 'unsigned long', 'void*']);
  const mknod = bound<[string, number, bigint]>('mknod', 'mknod', 'int', ['const char*', 'uint32_t', 'uint64_t']);
  const lsetxattr = bound<[string, string, Buffer, number, number]>('lsetxattr', 'lsetxattr', 'int', [
    'const char*',
    'const char*',
    'void*',
    'size_t',
    'int',
  ]);
  const llistxattr = bound<[string, Buffer | null, number]>('llistxattr', 'llistxattr', 'long', [
    'str',
    'void *',
    'size_t',
  ]);
  const lgetxattr = bound<[string, string, Buffer | null, number]>('lgetxattr', 'lgetxattr', 'long', [
    'const char*',
    'const char*',
    'void*',
    'size_t',
  ]);
  const socketpair = bound<[number, number, number, Buffer]>('socketpair', 'socketpair', 'int', [
    'int',
    'int',
    'int',
    'void*',
  ]);
  const waitpid = bound<[number, null, number]>('waitpid', 'waitpid', 'int', ['int', 'void*', 'int']);
  const mallocTrim = bound<[number]>('malloc_trim', 'malloc_trim', 'int', ['size_t']);
  const posixSpawn = loadSpawn(libc);

  return {
    umount: (target, flags) => void umount2(target, flags),
    mount: (source, target, type, flags, data) =>
      void mount(source, target, type === '' ? null : type, flags, data === '' ? null : data),
    mountTmpfs: (target, data) => void mount('tmpfs', target, 'tmpfs', MS_NOSUID | MS_NODEV, data),
    bindFile: (source, target) => void mount(source, target, null, MS_BIND, null),
    openTree: (path, flags) => openTree(AT_FDCWD, path, flags),
    moveMount: (fd, target) => void moveMount(fd, '', AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH),
    mountSetattr: (fd, flags, attributes) => void mountSetattr(fd, '', flags, attributes, attributes.length),
    fsopen: (type) => fsopen(type, FSOPEN_CLOEXEC),
    fsconfigString: (fd, key, value) => void fsconfig(fd, SET_STRING, key, value, 0),
    fsconfigFlag: (fd, key) => void fsconfig(fd, SET_FLAG, key, null, 0),
    fsconfigCreate: (fd) => void fsconfig(fd, CMD_CREATE, null, null, 0),
    fsmount: (fd, attributes) => fsmount(fd, FSMOUNT_CLOEXEC, attributes),
    openat2: (folder, path, how) => openat2(folder, path, how, how.length),
    unshare: (flags) => void unshare(flags),
    setns: (fd, type) => void setns(fd, type),
    socket,
    bind: (fd, address) => void bind(fd, address, address.length),
    setsockopt: (fd, level, option, value) => void setsockopt(fd, level, option, value, value.length),
    getsockopt(fd, level, option, into) {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(into.length);
      getsockopt(fd, level, option, into, length);
    },
    send: (fd, data) => void send(fd, data, data.length, 0),
    recv: (fd, into) => recv(fd, into, into.length, 0),
    close: (fd) => void close(fd),
    flock: (fd, operation) => void flock(fd, operation),
    ioctl: (fd, request, argument) => void ioctl(fd, request, argument),
    mknod: (path, mode, device) => void mknod(path, mode, device),
    lsetxattr: (path, name, value) => void lsetxattr(path, name, value, value.length, 0),
    llistxattr: (path, into) => llistxattr(path, into.length === 0 ? null : into, into.length),
    lgetxattr: (path, name, into) => lgetxattr(path, name, into.length === 0 ? null : into, into.length),
    socketpair() {
      const pair = Buffer.alloc(8);
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
      return [pair.readInt32LE(0), pair.readInt32LE(4)];
    },
    posixSpawn,
    waitpid: (pid) => void waitpid(pid, null, 0),
    mallocTrim: () => void mallocTrim(0),
  };
}

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_BIND = 4096;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;
