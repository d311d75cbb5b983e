import type { StatsSample } from '#engine/runtime/index.ts';

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
    pids_stats: sample === undefined ? {} : { current: sample.pids },
    blkio_stats: toBlockIo(sample),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: toCpu(sample),
    precpu_stats: toCpu(previous),
    memory_stats: toMemory(sample),
    ...(sample === undefined ? {} : { networks: toNetworks(sample) }),
  };
}

function toCpu(sample: StatsSample | undefined) {
  return {
    cpu_usage: { total_usage: sample?.cpuNs ?? 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
    ...(sample === undefined ? {} : { system_cpu_usage: sample.systemCpuNs, online_cpus: sample.onlineCpus }),
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: sample?.throttledNs ?? 0 },
  };
}

/** Clients subtract the inactive file pages under one of two names, by version of the cgroups. */
function toMemory(sample: StatsSample | undefined) {
  if (sample === undefined) return {};
  const inactive = Math.max(0, sample.memoryBytes - sample.workingSetBytes);
  return {
    usage: sample.memoryBytes,
    stats: { inactive_file: inactive, total_inactive_file: inactive },
    limit: sample.memoryLimitBytes,
  };
}

function toBlockIo(sample: StatsSample | undefined) {
  const entry = (op: string, value: number) => ({ major: 0, minor: 0, op, value });
  const bytes =
    sample === undefined || sample.blockReadBytes + sample.blockWriteBytes === 0
      ? []
      : [entry('read', sample.blockReadBytes), entry('write', sample.blockWriteBytes)];
  return {
    io_service_bytes_recursive: bytes,
    io_serviced_recursive: [],
    io_queue_recursive: [],
    io_service_time_recursive: [],
    io_wait_time_recursive: [],
    io_merged_recursive: [],
    io_time_recursive: [],
    sectors_recursive: [],
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
