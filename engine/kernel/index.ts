export { createKernel } from './create-kernel.ts';
export type * from './kernel.ts';
export { parseMountInfo } from './mountinfo.ts';
export { errnoName, SyscallError } from './syscall-error.ts';
export { loadSyscalls, type Syscalls } from './syscalls.ts';
