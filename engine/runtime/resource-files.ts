import type { Resources } from './runtime.ts';
import { CPU_PERIOD_US, quotaOf } from './spec-resources.ts';

/** One file of a control group; `controller` is empty with version 2. */
interface ResourceWrite {
  controller: string;
  file: string;
  value: string;
}

/** The text of a file of the group now, undefined when the kernel has no such file. */
type ReadGroup = (controller: string, file: string) => string | undefined;

/**
 * What changes the limits of a running container, in an order that no step of which the kernel refuses. 0 and undefined leave
 * a limit as it is, -1 takes it away. With version 2 a limit of memory + swap needs the memory beside it.
 */
export function resourceWrites(change: Resources, version: 1 | 2, read: ReadGroup): ResourceWrite[] {
  return version === 2 ? writesV2(change, read) : writesV1(change, read);
}

function writesV1(change: Resources, read: ReadGroup): ResourceWrite[] {
  const at = (controller: string, file: string, value: number | string | undefined): ResourceWrite[] =>
    value === undefined || value === 0 || value === '' ? [] : [{ controller, file, value: String(value) }];
  const memory = at('memory', 'memory.limit_in_bytes', change.memoryBytes);
  const swap = at('memory', 'memory.memsw.limit_in_bytes', change.memorySwapBytes).filter(({ controller, file }) =>
    read(controller, file),
  );
  const quota = change.nanoCpus ? (change.nanoCpus < 0 ? -1 : quotaOf(change.nanoCpus)) : change.cpuQuota;
  const period = change.nanoCpus && change.nanoCpus > 0 ? CPU_PERIOD_US : change.cpuPeriod;
  return [
    // The kernel wants memory <= memory + swap after each single step.
    ...(growsBeyond(change, read('memory', 'memory.memsw.limit_in_bytes'))
      ? [...swap, ...memory]
      : [...memory, ...swap]),
    ...at('memory', 'memory.soft_limit_in_bytes', change.memoryReservationBytes),
    ...at('cpu', 'cpu.shares', change.cpuShares),
    ...at('cpu', 'cpu.cfs_period_us', period),
    ...at('cpu', 'cpu.cfs_quota_us', quota),
    ...at('cpuset', 'cpuset.cpus', change.cpusetCpus),
    ...at('cpuset', 'cpuset.mems', change.cpusetMems),
    ...at('pids', 'pids.max', pidsMax(change)),
    ...weightFile(['blkio.bfq.weight', 'blkio.weight'], 'blkio', change.blkioWeight, read, (weight) => weight),
  ];
}

function growsBeyond({ memoryBytes = 0 }: Resources, memsw: string | undefined): boolean {
  return memoryBytes < 0 || (memsw !== undefined && memoryBytes > Number(memsw));
}

function writesV2(change: Resources, read: ReadGroup): ResourceWrite[] {
  const at = (file: string, value: number | string | undefined): ResourceWrite[] =>
    value === undefined || value === 0 || value === ''
      ? []
      : [{ controller: '', file, value: value === -1 ? 'max' : String(value) }];
  return [
    ...at('memory.max', change.memoryBytes),
    ...at('memory.swap.max', swapMax(change)),
    ...at('memory.low', change.memoryReservationBytes),
    ...at('cpu.weight', change.cpuShares ? weightOfShares(change.cpuShares) : undefined),
    ...at('cpu.max', cpuMax(change, read('', 'cpu.max'))),
    ...at('cpuset.cpus', change.cpusetCpus),
    ...at('cpuset.mems', change.cpusetMems),
    ...at('pids.max', pidsMax(change)),
    ...weightFile(['io.bfq.weight', 'io.weight'], '', change.blkioWeight, read, (weight, file) =>
      // The one takes the old scale of 10–1000, the other 1–10000.
      file === 'io.weight' ? 1 + Math.floor(((weight - 10) * 9999) / 990) : weight,
    ),
  ];
}

/** Version 2 counts swap alone; "none at all" is a real 0 there. */
function swapMax({ memoryBytes = 0, memorySwapBytes = 0 }: Resources): string | undefined {
  if (memorySwapBytes < 0) return 'max';
  return memorySwapBytes > 0 && memoryBytes > 0 ? String(memorySwapBytes - memoryBytes) : undefined;
}

/** `quota period` in one file: what is not changed is kept. */
function cpuMax({ nanoCpus = 0, cpuQuota = 0, cpuPeriod = 0 }: Resources, now: string | undefined): string | undefined {
  if (nanoCpus === 0 && cpuQuota === 0 && cpuPeriod === 0) return undefined;
  const [quotaNow = 'max', periodNow = String(CPU_PERIOD_US)] = (now ?? '').trim().split(' ').filter(Boolean);
  if (nanoCpus > 0) return `${quotaOf(nanoCpus)} ${CPU_PERIOD_US}`;
  const asked = nanoCpus < 0 || cpuQuota < 0 ? 'max' : cpuQuota > 0 ? String(cpuQuota) : quotaNow;
  return `${asked} ${cpuPeriod > 0 ? cpuPeriod : periodNow}`;
}

/** 2–262144 of version 1 onto 1–10000, as every runtime does it. */
function weightOfShares(shares: number): number {
  const within = Math.min(262_144, Math.max(2, shares));
  return 1 + Math.floor(((within - 2) * 9999) / 262_142);
}

function pidsMax({ pidsLimit }: Resources): string | undefined {
  return pidsLimit === undefined ? undefined : pidsLimit > 0 ? String(pidsLimit) : 'max';
}

function weightFile(
  files: readonly string[],
  controller: string,
  weight: number | undefined,
  read: ReadGroup,
  scale: (weight: number, file: string) => number,
): ResourceWrite[] {
  const file = weight ? files.find((name) => read(controller, name) !== undefined) : undefined;
  return file === undefined || !weight ? [] : [{ controller, file, value: String(scale(weight, file)) }];
}
