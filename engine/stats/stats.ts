/** A counter of one block device; `op` as the kernel spells it (`Read` with version 1, `read` with version 2). */
export interface BlockCounter {
  major: number;
  minor: number;
  op: string;
  value: number;
}

/** What only a full sample has. */
export interface StatsDetail {
  cpuUserNs: number;
  cpuKernelNs: number;
  /** Version 1 only. */
  perCpuNs?: number[];
  periods: number;
  throttledPeriods: number;
  memoryMaxBytes?: number;
  memoryFailures: number;
  /** memory.stat */
  memoryStats: Record<string, number>;
  /** Undefined: no limit. */
  pidsLimit: number | undefined;
  blockBytes: BlockCounter[];
  blockOperations: BlockCounter[];
}

/** One sample of a container's counters. */
export interface StatsSample {
  at: Date;
  cpuNs: number;
  /** Host total over all cpus, ns. */
  systemCpuNs: number;
  onlineCpus: number;
  throttledNs: number;
  memoryBytes: number;
  /** As `docker stats` shows it: without inactive file pages. */
  workingSetBytes: number;
  /** Pages of files, part of `memoryBytes`. */
  cacheBytes: number;
  swapBytes: number;
  memoryLimitBytes: number;
  pids: number;
  /** Empty for one in the network of the host, whose counters are not its own. */
  networks: Record<
    string,
    {
      rxBytes: number;
      rxPackets: number;
      rxErrors: number;
      rxDropped: number;
      txBytes: number;
      txPackets: number;
      txErrors: number;
      txDropped: number;
    }
  >;
  blockReadBytes: number;
  blockWriteBytes: number;
  detail?: StatsDetail;
}
