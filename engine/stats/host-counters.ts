import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { parseNetDev } from './stats-parse.ts';

/** Counters of the whole host; `…Bytes` of network and disks count from the boot on. */
export interface HostCounters {
  /** Ticks of all cpus since boot that were used, and all of them. */
  cpuBusy: number;
  cpuTotal: number;
  load1: number;
  memoryUsedBytes: number;
  memoryTotalBytes: number;
  swapUsedBytes: number;
  diskUsedBytes: number;
  diskTotalBytes: number;
  rxBytes: number;
  txBytes: number;
  readBytes: number;
  writeBytes: number;
}

const SECTOR = 512;

/** @param dataRoot whose file system is the disk; what is kept for root alone counts as used */
export function readHostCounters(dataRoot: string): HostCounters {
  const disk = statfsSync(dataRoot);
  return {
    ...parseBusyTicks(readFileSync('/proc/stat', 'utf8')),
    load1: Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]),
    ...parseMemory(readFileSync('/proc/meminfo', 'utf8')),
    diskTotalBytes: disk.blocks * disk.bsize,
    diskUsedBytes: (disk.blocks - disk.bavail) * disk.bsize,
    ...sumNetworks(readFileSync('/proc/net/dev', 'utf8'), isOuterLink),
    ...parseDiskstats(readFileSync('/proc/diskstats', 'utf8'), wholeDisks()),
  };
}

/** What is not available for programs is in use. */
export function parseMemory(
  meminfo: string,
): Pick<HostCounters, 'memoryUsedBytes' | 'memoryTotalBytes' | 'swapUsedBytes'> {
  const bytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0) * 1024;
  const memoryTotalBytes = bytes('MemTotal');
  return {
    memoryTotalBytes,
    memoryUsedBytes: memoryTotalBytes - bytes('MemAvailable'),
    swapUsedBytes: bytes('SwapTotal') - bytes('SwapFree'),
  };
}

export type BusyTicks = Pick<HostCounters, 'cpuBusy' | 'cpuTotal'>;

/** The `cpu` line of /proc/stat; time as a guest is part of user time and must not count twice. */
export function parseBusyTicks(stat: string): BusyTicks {
  const fields = (stat.split('\n')[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const cpuTotal = fields.reduce((sum, ticks) => sum + ticks, 0);
  return { cpuTotal, cpuBusy: cpuTotal - (fields[3] ?? 0) - (fields[4] ?? 0) };
}

export function sumNetworks(netDev: string, counts: (name: string) => boolean): { rxBytes: number; txBytes: number } {
  const sum = { rxBytes: 0, txBytes: 0 };
  for (const [name, net] of Object.entries(parseNetDev(netDev))) {
    if (!counts(name)) continue;
    sum.rxBytes += net.rxBytes;
    sum.txBytes += net.txBytes;
  }
  return sum;
}

/** Bridges and what hangs on them would count the bytes of containers a second and a third time. */
function isOuterLink(name: string): boolean {
  return !existsSync(`/sys/class/net/${name}/bridge`) && !existsSync(`/sys/class/net/${name}/brport`);
}

/** Fields of /proc/diskstats: major, minor, name, reads, merged, sectors read, ms, writes, merged, sectors written. */
export function parseDiskstats(text: string, disks: ReadonlySet<string>): { readBytes: number; writeBytes: number } {
  const sum = { readBytes: 0, writeBytes: 0 };
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (!disks.has(fields[2] ?? '')) continue;
    sum.readBytes += Number(fields[5] ?? 0) * SECTOR;
    sum.writeBytes += Number(fields[9] ?? 0) * SECTOR;
  }
  return sum;
}

/** Disks with hardware behind them: partitions, loops and device mappers would count the same bytes again. */
function wholeDisks(): ReadonlySet<string> {
  if (!existsSync('/sys/block')) return new Set();
  return new Set(readdirSync('/sys/block').filter((name) => existsSync(`/sys/block/${name}/device`)));
}
