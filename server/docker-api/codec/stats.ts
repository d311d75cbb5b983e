import type { StatsSample } from '#engine/stats/index.ts';

const NEVER = '0001-01-01T00:00:00Z';

/** One line of `GET /containers/{id}/stats`; a container that does not run has zeros. */
export function toStats(
  container: { id: string; name: string },
  sample: StatsSample | undefined,
  previous: StatsSample | undefined,
  opts: { named: boolean; now: Date },
) {
  return {
    ...(opts.named ? { name: `/${container.name}`, id: container.id } : {}),
    read: sample?.at.toISOString() ?? NEVER,
    preread: previous?.at.toISOString() ?? NEVER,
    pids_stats: toPids(sample),
    blkio_stats: toBlockIo(sample),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: toCpu(sample),
    precpu_stats: toCpu(previous),
    memory_stats: toMemory(sample),
    ...(sample === undefined || Object.keys(sample.networks).length === 0 ? {} : { networks: toNetworks(sample) }),
  };
}

function toPids(sample: StatsSample | undefined) {
  if (sample === undefined) return {};
  const limit = sample.detail?.pidsLimit;
  return { current: sample.pids, ...(limit === undefined ? {} : { limit }) };
}

function toCpu(sample: StatsSample | undefined) {
  const detail = sample?.detail;
  return {
    cpu_usage: {
      total_usage: sample?.cpuNs ?? 0,
      ...(detail?.perCpuNs === undefined ? {} : { percpu_usage: detail.perCpuNs }),
      usage_in_kernelmode: detail?.cpuKernelNs ?? 0,
      usage_in_usermode: detail?.cpuUserNs ?? 0,
    },
    ...(sample === undefined ? {} : { system_cpu_usage: sample.systemCpuNs, online_cpus: sample.onlineCpus }),
    throttling_data: {
      periods: detail?.periods ?? 0,
      throttled_periods: detail?.throttledPeriods ?? 0,
      throttled_time: sample?.throttledNs ?? 0,
    },
  };
}

/** Clients subtract the inactive file pages under one of two names, by version of the cgroups. */
function toMemory(sample: StatsSample | undefined) {
  if (sample === undefined) return {};
  const inactive = Math.max(0, sample.memoryBytes - sample.workingSetBytes);
  const { memoryStats, memoryMaxBytes, memoryFailures } = sample.detail ?? {};
  return {
    usage: sample.memoryBytes,
    ...(memoryMaxBytes === undefined ? {} : { max_usage: memoryMaxBytes }),
    ...(memoryFailures ? { failcnt: memoryFailures } : {}),
    stats: memoryStats ?? { inactive_file: inactive, total_inactive_file: inactive },
    limit: sample.memoryLimitBytes,
  };
}

/** One that does not run has null where others have lists. */
function toBlockIo(sample: StatsSample | undefined) {
  const none = sample === undefined ? null : [];
  return {
    io_service_bytes_recursive: sample?.detail?.blockBytes ?? none,
    io_serviced_recursive: sample?.detail?.blockOperations ?? none,
    io_queue_recursive: none,
    io_service_time_recursive: none,
    io_wait_time_recursive: none,
    io_merged_recursive: none,
    io_time_recursive: none,
    sectors_recursive: none,
  };
}

function toNetworks({ networks }: StatsSample) {
  return Object.fromEntries(
    Object.entries(networks).map(([name, net]) => [
      name,
      {
        rx_bytes: net.rxBytes,
        rx_packets: net.rxPackets,
        rx_errors: net.rxErrors,
        rx_dropped: net.rxDropped,
        tx_bytes: net.txBytes,
        tx_packets: net.txPackets,
        tx_errors: net.txErrors,
        tx_dropped: net.txDropped,
      },
    ]),
  );
}
