import type { ContainerDetail } from '../../_lib/trpc.ts';

/** Of `cpuQuota` while no period is given, as in the kernel. */
const PERIOD_US = 100_000;

export interface LimitFacts {
  memoryBytes: number | undefined;
  /** Beside the memory; only where that has a limit. */
  swap: { kind: 'none' } | { kind: 'bytes'; bytes: number } | { kind: 'unlimited' } | undefined;
  cores: number | undefined;
  pids: number | undefined;
  /** It ended at its limit of memory. */
  reached: boolean;
}

/** What a container may use, in the terms of who reads it rather than of the options that say so. */
export function limitFacts({
  config: { resources },
  memoryLimitBytes,
  stopReason,
}: Pick<ContainerDetail, 'config' | 'memoryLimitBytes' | 'stopReason'>): LimitFacts {
  const { nanoCpus, cpuQuota, cpuPeriod, pidsLimit } = resources;
  const quota = cpuQuota !== undefined && cpuQuota > 0 ? cpuQuota / (cpuPeriod || PERIOD_US) : undefined;
  return {
    memoryBytes: memoryLimitBytes,
    swap: memoryLimitBytes === undefined ? undefined : swapOf(memoryLimitBytes, resources.memorySwapBytes),
    cores: nanoCpus ? nanoCpus / 1e9 : quota,
    pids: pidsLimit !== undefined && pidsLimit > 0 ? pidsLimit : undefined,
    reached: stopReason?.kind === 'oom',
  };
}

/** @param total of memory and swap together; the engine fills it in for whoever limits the memory alone */
function swapOf(memoryBytes: number, total: number | undefined): LimitFacts['swap'] {
  if (total === undefined) return undefined;
  if (total < 0) return { kind: 'unlimited' };
  return total > memoryBytes ? { kind: 'bytes', bytes: total - memoryBytes } : { kind: 'none' };
}
