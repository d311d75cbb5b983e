// Times that the product promises, on a machine that does other things too.
import { availableParallelism, loadavg } from 'node:os';

/** What takes longer than this many times what is promised is a fault, whatever else the machine does. */
const MOST = 3;

/**
 * By how much a promise stretches here. It holds for a machine that does this alone; where others want its cores, each gets its
 * part, and what ran in the last minute says how large that is.
 */
export function stretch(): number {
  const [lastMinute = 0] = loadavg();
  return Math.min(MOST, 1 + lastMinute / availableParallelism());
}

export function within(ms: number): { timeout: number } {
  return { timeout: ms * stretch() };
}
