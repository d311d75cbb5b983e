import type { HostFacts } from '../runtime/index.ts';
import type { Resources } from '../runtime/runtime.ts';
import { refused } from './refused.ts';

const LEAST_BYTES = 6 * 1024 * 1024;

/**
 * Limits as Docker judges them at creation and update. Returns warnings: what this kernel cannot limit is left out.
 *
 * @throws EngineError `invalid_argument` in Docker's words
 */
export function checkResources(wish: Resources, host: HostFacts, opts: { update?: boolean } = {}): string[] {
  return [...checkMemory(wish, host, opts.update === true), ...checkCpu(wish, host), ...checkBlockIo(wish, host)];
}

function checkMemory(wish: Resources, host: HostFacts, update: boolean): string[] {
  const { memoryBytes = 0, memorySwapBytes = 0, memoryReservationBytes = 0, memorySwappiness } = wish;
  const no = (reason: string, words: string) => refused(reason, 'memory', words);
  // An update takes a limit away with -1.
  const isSmall = (bytes: number) => (update ? bytes > 0 : bytes !== 0) && bytes < LEAST_BYTES;
  if (isSmall(memoryBytes)) throw no('memory_too_small', 'Minimum memory limit allowed is 6MB');
  if (memoryBytes > 0 && memorySwapBytes > 0 && memorySwapBytes < memoryBytes)
    throw no('swap_below_memory', 'Minimum memoryswap limit should be larger than memory limit, see usage');
  if (memoryBytes <= 0 && memorySwapBytes > 0 && !update)
    throw no('swap_without_memory', 'You should always set the Memory limit when using Memoryswap limit, see usage');
  if (memorySwappiness !== undefined && (memorySwappiness < 0 || memorySwappiness > 100))
    throw no('swappiness_range', `Invalid value: ${memorySwappiness}, valid memory swappiness range is 0-100`);
  if (isSmall(memoryReservationBytes)) throw no('reservation_too_small', 'Minimum memory reservation allowed is 6MB');
  if (memoryBytes > 0 && memoryReservationBytes > memoryBytes) {
    const words = 'Minimum memory limit can not be less than memory reservation limit, see usage';
    throw no('memory_below_reservation', words);
  }
  const lacks = (what: string, then: string) => `Your kernel does not support ${what}. ${then}`;
  return [
    ...(memoryBytes > 0 && !host.swapLimit
      ? [lacks('swap limit capabilities or the cgroup is not mounted', 'Memory limited without swap.')]
      : []),
    ...(memorySwappiness !== undefined && !host.memorySwappiness
      ? [lacks('memory swappiness capabilities or the cgroup is not mounted', 'Memory swappiness discarded.')]
      : []),
    ...(wish.oomKillDisable && host.cgroupVersion === 2 ? [lacks('OomKillDisable', 'OomKillDisable discarded.')] : []),
    ...(wish.oomKillDisable && memoryBytes <= 0
      ? [
          'OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.',
        ]
      : []),
  ];
}

function checkCpu(wish: Resources, host: HostFacts): string[] {
  const { nanoCpus = 0, cpuPeriod = 0, cpuQuota = 0, cpuShares = 0 } = wish;
  const { cpus } = host;
  const no = (reason: string, words: string) => refused(reason, 'cpus', words);
  if (nanoCpus > 0 && cpuPeriod > 0)
    throw no('cpus_and_period', 'Conflicting options: Nano CPUs and CPU Period cannot both be set');
  if (nanoCpus > 0 && cpuQuota > 0)
    throw no('cpus_and_quota', 'Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  if (nanoCpus < 0 || nanoCpus > cpus * 1e9) {
    const most = cpus.toFixed(2);
    const words = `range of CPUs is from 0.01 to ${most}, as there are only ${cpus} CPUs available`;
    throw no('too_many_cpus', words);
  }
  if (cpuPeriod !== 0 && (cpuPeriod < 1000 || cpuPeriod > 1_000_000)) {
    const words = 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)';
    throw no('cpu_period_range', words);
  }
  if (cpuQuota > 0 && cpuQuota < 1000)
    throw no('cpu_quota_range', 'CPU cfs quota can not be less than 1ms (i.e. 1000)');
  if (cpuShares < 0)
    throw no('cpu_shares_range', `invalid CPU shares (${cpuShares}): value must be a positive integer`);
  checkSet(wish.cpusetCpus, host.cpusetCpus, 'cpuset cpus', 'CPUs');
  checkSet(wish.cpusetMems, host.cpusetMems, 'cpuset mems', 'memory nodes');
  return [];
}

/** As Docker has it, typo included: clients show it. */
const MAX_IN_SET = 8192;

function checkSet(wish: string | undefined, available: string, what: string, plural: string): void {
  if (wish === undefined || wish === '') return;
  const wanted = tryParseSet(wish);
  if (wanted === undefined)
    throw refused('cpuset_invalid', 'cpus', `Invalid value ${wish} for ${what}: invalid format: ${wish}`);
  if ([...wanted].some((one) => one > MAX_IN_SET)) {
    const words = `Invalid value ${wish} for ${what}: value of out range, maximum is ${MAX_IN_SET}`;
    throw refused('cpuset_invalid', 'cpus', words);
  }
  const there = tryParseSet(available) ?? new Set();
  if ([...wanted].some((one) => !there.has(one))) {
    const words = `Requested ${plural} are not available - requested ${wish}, available: ${available}`;
    throw refused('cpuset_unavailable', 'cpus', words, { available });
  }
}

/** `0-2,7`; undefined when it is not such a list. */
export function tryParseSet(text: string): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    if (from === undefined || Number(to ?? from) < Number(from)) return undefined;
    for (let at = Number(from); at <= Number(to ?? from); at++) found.add(at);
  }
  return found;
}

function checkBlockIo(wish: Resources, host: HostFacts): string[] {
  if (!host.blkioWeight) {
    const lacks = (what: string, then: string) =>
      `Your kernel does not support Block I/O ${what} or the cgroup is not mounted. ${then} discarded.`;
    return [
      ...(wish.blkioWeight ? [lacks('weight', 'Weight')] : []),
      ...((wish.blkioWeightDevices?.length ?? 0) > 0 ? [lacks('weight_device', 'Weight-device')] : []),
    ];
  }
  const weights = [wish.blkioWeight ?? 0, ...(wish.blkioWeightDevices ?? []).map(({ weight }) => weight)];
  if (weights.some((weight) => weight !== 0 && (weight < 10 || weight > 1000)))
    throw refused('blkio_weight_range', 'resources', 'Range of blkio weight is from 10 to 1000');
  return [];
}
