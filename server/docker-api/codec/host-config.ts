import type { ContainerConfig } from '#engine/containers/index.ts';
import { toMountRequests } from './mounts.ts';
import { MASKED_PATHS, READONLY_PATHS } from './system-paths.ts';

/** Told as two empty lists, which is how clients send it. */
const OPEN_PATHS = 'systempaths=unconfined';
const DEFAULT_SHM_BYTES = 64 * 1024 * 1024;

/** `HostConfig` of inspect: the whole of it, unset lists as null, defaults filled in as dockerd does; links as `/name:/this/alias`. */
export function toHostConfig(config: ContainerConfig, cgroupVersion: 1 | 2, links: readonly string[] = []) {
  const { resources: limits } = config;
  const memory = limits.memoryBytes ?? 0;
  const open = config.securityOpt.includes(OPEN_PATHS);
  return {
    ...toMountRequests(config.mounts),
    ContainerIDFile: '',
    LogConfig: { Type: config.log.driver, Config: config.log.options ?? {} },
    NetworkMode: config.network,
    PortBindings: toPortBindings(config.ports),
    RestartPolicy: { Name: config.restart.name, MaximumRetryCount: config.restart.maxRetries },
    AutoRemove: config.autoRemove,
    VolumeDriver: '',
    VolumesFrom: orNull(config.volumesFrom ?? []),
    ConsoleSize: [0, 0],
    CapAdd: orNull(config.capAdd),
    CapDrop: orNull(config.capDrop),
    CgroupnsMode: config.cgroupnsMode ?? (cgroupVersion === 1 ? 'host' : 'private'),
    Dns: orNull(config.dns),
    DnsOptions: orNull(config.dnsOptions),
    DnsSearch: orNull(config.dnsSearch),
    ExtraHosts: orNull(config.extraHosts),
    GroupAdd: orNull(config.groupAdd ?? []),
    IpcMode: config.ipcMode || 'private',
    Cgroup: '',
    Links: orNull(links),
    OomScoreAdj: config.oomScoreAdj,
    PidMode: config.pidMode ?? '',
    Privileged: config.privileged,
    PublishAllPorts: config.publishAll,
    ReadonlyRootfs: config.readonlyRootfs,
    SecurityOpt: orNull(config.securityOpt.filter((option) => option !== OPEN_PATHS)),
    UTSMode: config.utsMode ?? '',
    UsernsMode: config.usernsMode ?? '',
    ShmSize: config.shmSizeBytes ?? DEFAULT_SHM_BYTES,
    ...(Object.keys(config.sysctls).length === 0 ? {} : { Sysctls: config.sysctls }),
    Runtime: 'runc',
    Isolation: '',
    CpuShares: limits.cpuShares ?? 0,
    Memory: memory,
    NanoCpus: limits.nanoCpus ?? 0,
    CgroupParent: '',
    BlkioWeight: limits.blkioWeight ?? 0,
    BlkioWeightDevice: orNull(
      (limits.blkioWeightDevices ?? []).map(({ path, weight }) => ({ Path: path, Weight: weight })),
    ),
    BlkioDeviceReadBps: toRates(limits.blkioReadBps),
    BlkioDeviceWriteBps: toRates(limits.blkioWriteBps),
    BlkioDeviceReadIOps: toRates(limits.blkioReadIops),
    BlkioDeviceWriteIOps: toRates(limits.blkioWriteIops),
    CpuPeriod: limits.cpuPeriod ?? 0,
    CpuQuota: limits.cpuQuota ?? 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: limits.cpusetCpus ?? '',
    CpusetMems: limits.cpusetMems ?? '',
    Devices: orNull(
      (config.devices ?? []).map(({ source, target, permissions }) => {
        return { PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions };
      }),
    ),
    DeviceCgroupRules: orNull(config.deviceRules ?? []),
    DeviceRequests: null,
    MemoryReservation: limits.memoryReservationBytes ?? 0,
    MemorySwap: limits.memorySwapBytes ?? memory * 2,
    MemorySwappiness: limits.memorySwappiness ?? null,
    OomKillDisable: limits.oomKillDisable ?? false,
    ...(config.init ? { Init: true } : {}),
    ...(config.annotations === undefined ? {} : { Annotations: config.annotations }),
    PidsLimit: limits.pidsLimit ?? null,
    Ulimits: orNull(config.ulimits.map(({ name, soft, hard }) => ({ Name: name, Hard: hard, Soft: soft }))),
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    MaskedPaths: config.privileged ? null : open ? [] : MASKED_PATHS,
    ReadonlyPaths: config.privileged ? null : open ? [] : READONLY_PATHS,
  };
}

function toRates(rates: ContainerConfig['resources']['blkioReadBps']) {
  return orNull((rates ?? []).map(({ path, rate }) => ({ Path: path, Rate: rate })));
}

function toPortBindings(ports: ContainerConfig['ports']) {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { containerPort, protocol, hostAddress, hostPort, hostPortEnd } of ports) {
    const key = `${containerPort}/${protocol}`;
    const binding = {
      HostIp: hostAddress,
      HostPort: [hostPort, hostPortEnd].filter((port) => port !== undefined).join('-'),
    };
    bindings[key] = [...(bindings[key] ?? []), binding];
  }
  return bindings;
}

export function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
