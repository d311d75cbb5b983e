import { writeFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { SyscallError } from './syscall-error.ts';

const SYSCTL_ROOT = '/proc/sys';

/** Writes one sysctl as this thread sees it. @throws SyscallError */
export function writeSysctl(name: string, value: string): void {
  if (normalize(name) !== name || name.startsWith('..') || name.startsWith('/')) {
    throw new SyscallError({ syscall: 'open', errno: 'EINVAL', text: `"${name}" is not the name of a sysctl` });
  }
  writeFileSync(join(SYSCTL_ROOT, name), value);
}
