import type { HostCounters, StatsSample } from '#engine/stats/index.ts';
import type { Values } from './fields.ts';

/** Counters and the time they were read at, by a clock that never jumps. */
export interface Read<T> {
  monotonicMs: number;
  counters: T;
}

/** What grew between two reads, a second; a counter that fell began anew, and nothing is known. */
function perSecond<T>(before: Read<T> | undefined, now: Read<T>, count: (counters: T) => number): number {
  if (before === undefined) return Number.NaN;
  const grown = count(now.counters) - count(before.counters);
  const ms = now.monotonicMs - before.monotonicMs;
  return grown < 0 || ms <= 0 ? Number.NaN : (grown * 1_000) / ms;
}

/** Figures in the order of CONTAINER_FIELDS; without an earlier read those of the moment alone are known. */
export function toContainerValues(before: Read<StatsSample> | undefined, now: Read<StatsSample>): Values {
  const { counters: sample } = now;
  const rate = (count: (sample: StatsSample) => number) => perSecond(before, now, count);
  const cpu = rate(({ cpuNs }) => cpuNs) / 1e7;
  return [
    cpu,
    cpu,
    // Threads of several cores are held back at the same time: more than all of the time is none.
    Math.min(100, rate(({ throttledNs }) => throttledNs) / 1e7),
    sample.workingSetBytes,
    sample.workingSetBytes,
    sample.cacheBytes,
    sample.swapBytes,
    sample.memoryLimitBytes,
    rate(({ networks }) => sum(networks, ({ rxBytes }) => rxBytes)),
    rate(({ networks }) => sum(networks, ({ txBytes }) => txBytes)),
    rate(({ blockReadBytes }) => blockReadBytes),
    rate(({ blockWriteBytes }) => blockWriteBytes),
    sample.pids,
  ];
}

function sum<T>(parts: Readonly<Record<string, T>>, count: (part: T) => number): number {
  return Object.values(parts).reduce((total, part) => total + count(part), 0);
}

/** Figures in the order of HOST_FIELDS. */
export function toHostValues(before: Read<HostCounters> | undefined, now: Read<HostCounters>): Values {
  const { counters } = now;
  const rate = (count: (counters: HostCounters) => number) => perSecond(before, now, count);
  const cpu = before === undefined ? Number.NaN : cpuPercent(before.counters, counters);
  return [
    cpu,
    cpu,
    counters.load1,
    counters.memoryUsedBytes,
    counters.memoryUsedBytes,
    counters.memoryTotalBytes,
    counters.swapUsedBytes,
    counters.diskUsedBytes,
    counters.diskTotalBytes,
    rate(({ rxBytes }) => rxBytes),
    rate(({ txBytes }) => txBytes),
    rate(({ readBytes }) => readBytes),
    rate(({ writeBytes }) => writeBytes),
  ];
}

function cpuPercent(before: HostCounters, now: HostCounters): number {
  const total = now.cpuTotal - before.cpuTotal;
  return total <= 0 ? Number.NaN : Math.min(100, Math.max(0, ((now.cpuBusy - before.cpuBusy) / total) * 100));
}
