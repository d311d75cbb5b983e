import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { collectGarbage, type Logger } from '#engine/lib/index.ts';

interface Holder {
  giveBackMemory(): Promise<void>;
}

interface GiveBackOptions {
  /** Other threads, asked after this one has collected; the last of them gives back what all have freed. */
  holders: readonly Holder[];
  log: Logger;
  /** For tests: how often it looks. */
  everyMs?: number;
  /** For tests: bytes that the process holds. */
  residentBytes?: () => number;
  collect?: () => void;
}

const LOOK_MS = 1_000;
/** Of the event loop's time between two looks: less is rest. */
const REST = 0.02;
/** Less than this is not worth a collection; a burst of requests takes more, a page looked at less. */
const WORTH_BYTES = 24 * 1024 * 1024;

/**
 * Gives memory back when the server rests. V8 and the allocator keep what a burst of work took, and would keep it until the
 * next one: half as much again as the server needs. Collecting holds up the event loop for some 60 ms, which is why nothing is done
 * while there is work, and not again before there is something to gain.
 */
export function giveBackAtRest(opts: GiveBackOptions): AsyncDisposable {
  const { holders, log, everyMs = LOOK_MS, collect = collectGarbage } = opts;
  const residentBytes = opts.residentBytes ?? process.memoryUsage.rss;
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  let least = 0;
  let working: Promise<void> | undefined;

  async function giveBack(): Promise<void> {
    collect();
    for (const holder of holders) {
      await holder.giveBackMemory().catch((err: unknown) => log.debug({ err }, 'memory was not given back'));
    }
    least = residentBytes();
    before = performance.eventLoopUtilization();
  }

  function look(): void {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (working !== undefined || utilization > REST) return;
    const bytes = residentBytes();
    least = Math.min(least, bytes);
    if (bytes - least < WORTH_BYTES) return;
    working = giveBack().finally(() => {
      working = undefined;
    });
  }

  const timer = setInterval(look, everyMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await working;
    },
  };
}
