import { collectGarbage } from '../lib/index.ts';
import type { Syscalls } from './syscalls.ts';

/** Of this thread its garbage, of all threads what glibc's allocator keeps: that gives back by itself only what lies at its end. */
export function giveBackMemory(sys: Pick<Syscalls, 'mallocTrim'>): void {
  collectGarbage();
  sys.mallocTrim();
}
