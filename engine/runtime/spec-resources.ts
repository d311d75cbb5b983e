import { EngineError } from '../errors/index.ts';
import type { HostDevice, HostFacts } from './host-facts.ts';
import type { DeviceRate, Resources } from './runtime.ts';

interface DeviceNumber {
  major: number;
  minor: number;
}

interface OciBlockIo {
  weight?: number;
  weightDevice?: (DeviceNumber & { weight: number })[];
  throttleReadBpsDevice?: (DeviceNumber & { rate: number })[];
  throttleWriteBpsDevice?: (DeviceNumber & { rate: number })[];
  throttleReadIOPSDevice?: (DeviceNumber & { rate: number })[];
  throttleWriteIOPSDevice?: (DeviceNumber & { rate: number })[];
}

export interface OciResources {
  memory?: { limit?: number; swap?: number; reservation?: number; swappiness?: number; disableOOMKiller?: boolean };
  cpu?: { shares?: number; quota?: number; period?: number; cpus?: string; mems?: string };
  pids?: { limit: number };
  blockIO?: OciBlockIo;
}

export const CPU_PERIOD_US = 100_000;

/** Microseconds of each period for a number of processors. */
export function quotaOf(nanoCpus: number): number {
  return Math.round((nanoCpus * CPU_PERIOD_US) / 1e9);
}

type Host = Pick<HostFacts, 'cgroupVersion' | 'swapLimit'> &
  Partial<Pick<HostFacts, 'blkioWeight' | 'memorySwappiness'>>;

/**
 * Limits as runc reads them. What the kernel has no file for is left out; the creation has warned of it.
 *
 * @throws EngineError `invalid_argument` for a limit of a device that is not there
 */
export function toOciResources(
  wish: Resources,
  host: Host,
  devicesAt: (path: string) => HostDevice[] | undefined = () => undefined,
): OciResources {
  const swap = wish.memorySwapBytes || (wish.memoryBytes ? wish.memoryBytes * 2 : undefined);
  const memory = {
    ...(wish.memoryBytes ? { limit: wish.memoryBytes } : {}),
    ...(swap && host.swapLimit ? { swap } : {}),
    ...(wish.memoryReservationBytes ? { reservation: wish.memoryReservationBytes } : {}),
    ...(wish.memorySwappiness !== undefined && host.memorySwappiness === true
      ? { swappiness: wish.memorySwappiness }
      : {}),
    ...(wish.oomKillDisable && host.cgroupVersion === 1 ? { disableOOMKiller: true } : {}),
  };
  const cpu = {
    ...(wish.cpuShares ? { shares: wish.cpuShares } : {}),
    ...(wish.cpuPeriod ? { period: wish.cpuPeriod } : {}),
    ...(wish.cpuQuota ? { quota: wish.cpuQuota } : {}),
    ...(wish.nanoCpus ? { period: CPU_PERIOD_US, quota: quotaOf(wish.nanoCpus) } : {}),
    ...(wish.cpusetCpus ? { cpus: wish.cpusetCpus } : {}),
    ...(wish.cpusetMems ? { mems: wish.cpusetMems } : {}),
  };
  const blockIO = toBlockIo(wish, host, devicesAt);
  return {
    ...(Object.keys(memory).length > 0 ? { memory } : {}),
    ...(Object.keys(cpu).length > 0 ? { cpu } : {}),
    // 0 and -1 both mean "as many as it likes", which update must be able to say.
    ...(wish.pidsLimit === undefined ? {} : { pids: { limit: wish.pidsLimit > 0 ? wish.pidsLimit : -1 } }),
    ...(Object.keys(blockIO).length > 0 ? { blockIO } : {}),
  };
}

function toBlockIo(wish: Resources, host: Host, devicesAt: (path: string) => HostDevice[] | undefined): OciBlockIo {
  const rates = (list: readonly DeviceRate[]) => list.map(({ path, rate }) => ({ ...numberOf(path, devicesAt), rate }));
  const weights = host.blkioWeight === true;
  return {
    ...(wish.blkioWeight && weights ? { weight: wish.blkioWeight } : {}),
    ...(wish.blkioWeightDevices?.length && weights
      ? {
          weightDevice: wish.blkioWeightDevices.map(({ path, weight }) => ({ ...numberOf(path, devicesAt), weight })),
        }
      : {}),
    ...(wish.blkioReadBps?.length ? { throttleReadBpsDevice: rates(wish.blkioReadBps) } : {}),
    ...(wish.blkioWriteBps?.length ? { throttleWriteBpsDevice: rates(wish.blkioWriteBps) } : {}),
    ...(wish.blkioReadIops?.length ? { throttleReadIOPSDevice: rates(wish.blkioReadIops) } : {}),
    ...(wish.blkioWriteIops?.length ? { throttleWriteIOPSDevice: rates(wish.blkioWriteIops) } : {}),
  };
}

function numberOf(path: string, devicesAt: (path: string) => HostDevice[] | undefined): DeviceNumber {
  const found = devicesAt(path);
  const device = found?.find((one) => one.path === path && one.type === 'b');
  if (device !== undefined) return { major: device.major, minor: device.minor };
  const why = found === undefined ? 'no such file or directory' : 'not a block device';
  throw new EngineError('invalid_argument', `cannot limit device "${path}": ${why}`, {
    reason: 'limit_device_missing',
    field: 'resources',
    path,
  });
}
