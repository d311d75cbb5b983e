import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from '../kernel/index.ts';
import type { Clock } from '../lib/index.ts';
import type { HostUsage } from './engine.ts';

/** Busy and all ticks of all cpus since boot. */
interface CpuTicks {
  busy: number;
  total: number;
}

const FIRST_SAMPLE_MS = 100;

/** The `cpu` line of /proc/stat; time as a guest is part of user time and must not count twice. */
export function parseCpuTicks(stat: string): CpuTicks {
  const fields = (stat.split('\n')[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const total = fields.reduce((sum, ticks) => sum + ticks, 0);
  const idle = (fields[3] ?? 0) + (fields[4] ?? 0);
  return { busy: total - idle, total };
}

export function cpuPercent(before: CpuTicks, now: CpuTicks): number {
  const total = now.total - before.total;
  return total <= 0 ? 0 : Math.min(100, Math.max(0, ((now.busy - before.busy) / total) * 100));
}

export function parseMemory(meminfo: string): { usedBytes: number; totalBytes: number } {
  const kib = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0);
  const totalBytes = kib('MemTotal') * 1024;
  return { totalBytes, usedBytes: totalBytes - kib('MemAvailable') * 1024 };
}

/** Reads what the host uses; cpu is measured from one call to the next. */
export function hostUsageReader(deps: {
  kernel: Pick<Kernel, 'statfs'>;
  dataRoot: string;
  clock: Clock;
}): () => Promise<HostUsage> {
  let before: CpuTicks | undefined;
  const ticks = async () => parseCpuTicks(await readFile('/proc/stat', 'utf8'));
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
      memoryUsedBytes: memory.usedBytes,
      memoryTotalBytes: memory.totalBytes,
      diskUsedBytes: disk.totalBytes - disk.freeBytes,
      diskTotalBytes: disk.totalBytes,
      load1: Number((await readFile('/proc/loadavg', 'utf8')).split(' ')[0]),
    };
  };
}
