import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from '../kernel/index.ts';
import type { Clock } from '../lib/index.ts';
import { type BusyTicks, parseBusyTicks, parseMemory } from '../stats/index.ts';
import type { HostUsage } from './engine.ts';

const FIRST_SAMPLE_MS = 100;

export function cpuPercent(before: BusyTicks, now: BusyTicks): number {
  const total = now.cpuTotal - before.cpuTotal;
  return total <= 0 ? 0 : Math.min(100, Math.max(0, ((now.cpuBusy - before.cpuBusy) / total) * 100));
}

/** Reads what the host uses; cpu is measured from one call to the next. */
export function hostUsageReader(deps: {
  kernel: Pick<Kernel, 'statfs'>;
  dataRoot: string;
  clock: Clock;
}): () => Promise<HostUsage> {
  let before: BusyTicks | undefined;
  const ticks = async () => parseBusyTicks(await readFile('/proc/stat', 'utf8'));
  return async () => {
    if (before === undefined) {
      before = await ticks();
      await delay(FIRST_SAMPLE_MS);
    }
    const now = await ticks();
    const percent = cpuPercent(before, now);
    before = now;
    const memory = parseMemory(await readFile('/proc/meminfo', 'utf8'));
    const disk = await deps.kernel.statfs(deps.dataRoot);
    return {
      at: deps.clock(),
      cpuPercent: percent,
      memoryUsedBytes: memory.memoryUsedBytes,
      memoryTotalBytes: memory.memoryTotalBytes,
      diskUsedBytes: disk.totalBytes - disk.freeBytes,
      diskTotalBytes: disk.totalBytes,
      diskUsedFiles: disk.totalInodes - disk.freeInodes,
      diskTotalFiles: disk.totalInodes,
      load1: Number((await readFile('/proc/loadavg', 'utf8')).split(' ')[0]),
    };
  };
}
