import type { StatsDetail, StatsSample } from './stats.ts';
import {
  parseBlkio,
  parseBlkioEntries,
  parseCounters,
  parseIoEntries,
  parseIoStat,
  parseLimit,
} from './stats-parse.ts';

/** The text of a file of one container's group; `controller` is empty with version 2. */
type ReadGroup = (controller: string, file: string) => string | undefined;

type GroupCounters = Omit<StatsSample, 'at' | 'systemCpuNs' | 'onlineCpus' | 'networks'>;

/** Counters of version 1; undefined when the group is gone. */
export function sampleV1(read: ReadGroup, totalBytes: number, detailed: boolean): GroupCounters | undefined {
  const usage = read('cpuacct', 'cpuacct.usage');
  const memory = read('memory', 'memory.usage_in_bytes');
  if (usage === undefined || memory === undefined) return undefined;
  const cpu = parseCounters(read('cpu', 'cpu.stat') ?? '');
  const memoryStats = parseCounters(read('memory', 'memory.stat') ?? '');
  const bytes = throttleFile(read, 'io_service_bytes');
  const io = parseBlkio(bytes);
  const limit = parseLimit(read('memory', 'memory.limit_in_bytes') ?? '', totalBytes);
  return {
    cpuNs: Number(usage),
    throttledNs: cpu.get('throttled_time') ?? 0,
    memoryBytes: Number(memory),
    workingSetBytes: Math.max(0, Number(memory) - (memoryStats.get('total_inactive_file') ?? 0)),
    cacheBytes: memoryStats.get('total_cache') ?? 0,
    swapBytes: memoryStats.get('total_swap') ?? 0,
    memoryLimitBytes: limit,
    pids: Number(read('pids', 'pids.current') ?? 0),
    blockReadBytes: io.read,
    blockWriteBytes: io.write,
    ...(detailed ? { detail: { ...detailV1(read, cpu, bytes), memoryStats: Object.fromEntries(memoryStats) } } : {}),
  };
}

/** `user` and `system` of cpuacct.stat count in hundredths of a second. */
const TICK_NS = 1e7;

function detailV1(read: ReadGroup, cpu: Map<string, number>, blockBytes: string): Omit<StatsDetail, 'memoryStats'> {
  const used = parseCounters(read('cpuacct', 'cpuacct.stat') ?? '');
  const perCpu = (read('cpuacct', 'cpuacct.usage_percpu') ?? '').trim();
  return {
    cpuUserNs: (used.get('user') ?? 0) * TICK_NS,
    cpuKernelNs: (used.get('system') ?? 0) * TICK_NS,
    ...(perCpu === '' ? {} : { perCpuNs: perCpu.split(' ').map(Number) }),
    periods: cpu.get('nr_periods') ?? 0,
    throttledPeriods: cpu.get('nr_throttled') ?? 0,
    memoryMaxBytes: Number(read('memory', 'memory.max_usage_in_bytes') ?? 0),
    memoryFailures: Number(read('memory', 'memory.failcnt') ?? 0),
    pidsLimit: pidsLimit(read('pids', 'pids.max')),
    blockBytes: parseBlkioEntries(blockBytes),
    blockOperations: parseBlkioEntries(throttleFile(read, 'io_serviced')),
  };
}

function throttleFile(read: ReadGroup, name: string): string {
  return read('blkio', `blkio.throttle.${name}_recursive`) ?? read('blkio', `blkio.throttle.${name}`) ?? '';
}

/** Counters of version 2; undefined when the group is gone. */
export function sampleV2(read: ReadGroup, totalBytes: number, detailed: boolean): GroupCounters | undefined {
  const cpuText = read('', 'cpu.stat');
  if (cpuText === undefined) return undefined;
  const cpu = parseCounters(cpuText);
  const memory = Number(read('', 'memory.current') ?? 0);
  const memoryStats = parseCounters(read('', 'memory.stat') ?? '');
  const ioText = read('', 'io.stat') ?? '';
  const io = parseIoStat(ioText);
  const peak = read('', 'memory.peak');
  const detail: StatsDetail = {
    cpuUserNs: (cpu.get('user_usec') ?? 0) * 1000,
    cpuKernelNs: (cpu.get('system_usec') ?? 0) * 1000,
    periods: cpu.get('nr_periods') ?? 0,
    throttledPeriods: cpu.get('nr_throttled') ?? 0,
    ...(peak === undefined ? {} : { memoryMaxBytes: Number(peak) }),
    memoryFailures: parseCounters(read('', 'memory.events') ?? '').get('max') ?? 0,
    memoryStats: Object.fromEntries(memoryStats),
    pidsLimit: pidsLimit(read('', 'pids.max')),
    blockBytes: parseIoEntries(ioText, { rbytes: 'read', wbytes: 'write' }),
    blockOperations: parseIoEntries(ioText, { rios: 'read', wios: 'write' }),
  };
  return {
    cpuNs: (cpu.get('usage_usec') ?? 0) * 1000,
    throttledNs: (cpu.get('throttled_usec') ?? 0) * 1000,
    memoryBytes: memory,
    workingSetBytes: Math.max(0, memory - (memoryStats.get('inactive_file') ?? 0)),
    cacheBytes: memoryStats.get('file') ?? 0,
    swapBytes: Number(read('', 'memory.swap.current') ?? 0),
    memoryLimitBytes: parseLimit(read('', 'memory.max') ?? '', totalBytes),
    pids: Number(read('', 'pids.current') ?? 0),
    blockReadBytes: io.read,
    blockWriteBytes: io.write,
    ...(detailed ? { detail } : {}),
  };
}

function pidsLimit(text: string | undefined): number | undefined {
  const value = Number(text?.trim() ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}
