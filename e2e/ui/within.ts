// Times that the product promises, on a machine that does other things too.
import { availableParallelism, loadavg } from 'node:os';

/**
 * A promise holds for a machine that does this alone. Where others want its cores, each gets its part: the wait grows with
 * what ran in the last minute, so that it is short where nothing else does and says nothing about the product elsewhere.
 */
export function within(ms: number): { timeout: number } {
  const [lastMinute = 0] = loadavg();
  return { timeout: ms * (1 + lastMinute / availableParallelism()) };
}
