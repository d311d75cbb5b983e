import type { CreateInput } from './to-input.ts';
import { looksSecret } from './view-model.ts';

type Config = CreateInput['config'];
type Mount = Config['mounts'][number];

const NS_PER_MS = 1e6;

interface DockerRequest {
  path: string;
  body: object;
}

/**
 * The request of Docker's API that makes the same container, with what is not the default. Values of variables that look secret are
 * left out.
 */
export function dockerJson({ name, platform, config }: CreateInput): DockerRequest {
  const query = new URLSearchParams();
  if (name !== undefined) query.set('name', name);
  if (platform !== undefined) query.set('platform', platformName(platform));
  const search = query.toString();
  return { path: `/containers/create${search === '' ? '' : `?${search}`}`, body: bodyOf(config) };
}

function platformName({ os, architecture, variant }: NonNullable<CreateInput['platform']>): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

function bodyOf(config: Config): object {
  const { networks = [] } = config;
  const bare = config.securityOpt.includes(BARE_PATHS);
  return said({
    Image: config.image,
    Entrypoint: config.entrypoint,
    Cmd: config.command,
    Env: config.env.map(withoutSecret),
    WorkingDir: config.workingDir,
    User: config.user,
    Hostname: config.hostname,
    Domainname: config.domainname,
    Tty: config.tty,
    OpenStdin: config.openStdin,
    StdinOnce: config.stdinOnce,
    StopSignal: config.stopSignal,
    StopTimeout: config.stopTimeoutSeconds,
    Labels: config.labels,
    MacAddress: config.macAddress,
    ExposedPorts: Object.fromEntries([...config.exposedPorts, ...config.ports.map(portKey)].map((key) => [key, {}])),
    Healthcheck: said(healthcheck(config)),
    // Two empty lists are how the API spells it.
    HostConfig: { ...said(hostConfig(config)), ...(bare ? { MaskedPaths: [], ReadonlyPaths: [] } : {}) },
    NetworkingConfig: said({
      EndpointsConfig: Object.fromEntries(networks.map((endpoint) => [endpoint.network, endpointOf(endpoint)])),
    }),
  });
}

function hostConfig(config: Config): Record<string, unknown> {
  return {
    NetworkMode: config.network,
    PortBindings: portBindings(config),
    PublishAllPorts: config.publishAll,
    Mounts: config.mounts.flatMap(mountOf),
    Tmpfs: Object.fromEntries(config.mounts.flatMap(tmpfsOf)),
    VolumesFrom: config.volumesFrom,
    Links: config.links,
    RestartPolicy: restartPolicy(config),
    AutoRemove: config.autoRemove,
    ...resources(config),
    ShmSize: config.shmSizeBytes,
    Ulimits: config.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    OomScoreAdj: config.oomScoreAdj === 0 ? undefined : config.oomScoreAdj,
    Init: config.init,
    ReadonlyRootfs: config.readonlyRootfs,
    Privileged: config.privileged,
    CapAdd: config.capAdd,
    CapDrop: config.capDrop,
    SecurityOpt: config.securityOpt.filter((option) => option !== BARE_PATHS),
    Devices: config.devices?.map(({ source, target, permissions }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: permissions,
    })),
    DeviceCgroupRules: config.deviceRules,
    GroupAdd: config.groupAdd,
    Sysctls: config.sysctls,
    Annotations: config.annotations,
    PidMode: config.pidMode,
    IpcMode: config.ipcMode,
    UTSMode: config.utsMode,
    UsernsMode: config.usernsMode,
    CgroupnsMode: config.cgroupnsMode,
    Dns: config.dns,
    DnsSearch: config.dnsSearch,
    DnsOptions: config.dnsOptions,
    ExtraHosts: config.extraHosts,
    LogConfig: logConfig(config),
  };
}

const BARE_PATHS = 'systempaths=unconfined';

/** Only what says something. */
function said(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (value === undefined || value === false || value === '') return [];
      return typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? [] : [[name, value]];
    }),
  );
}

function withoutSecret(assignment: string): string {
  const name = assignment.slice(0, assignment.indexOf('='));
  return looksSecret(name) ? `${name}=` : assignment;
}

function portKey({ containerPort, protocol }: Config['ports'][number]): string {
  return `${containerPort}/${protocol}`;
}

function portBindings({ ports }: Config): Record<string, object[]> {
  const bindings: Record<string, object[]> = {};
  for (const port of ports) {
    const { hostAddress, hostPort, hostPortEnd } = port;
    const range = hostPortEnd === undefined ? `${hostPort ?? ''}` : `${hostPort}-${hostPortEnd}`;
    bindings[portKey(port)] = [...(bindings[portKey(port)] ?? []), { HostIp: hostAddress, HostPort: range }];
  }
  return bindings;
}

function mountOf(mount: Mount): object[] {
  if (mount.type === 'tmpfs') return [];
  const { target, readOnly } = mount;
  if (mount.type === 'volume') {
    const options = said({ NoCopy: mount.noCopy, Subpath: mount.subpath });
    return [said({ Type: 'volume', Source: mount.name, Target: target, ReadOnly: readOnly, VolumeOptions: options })];
  }
  const options = said({
    Propagation: mount.propagation,
    CreateMountpoint: mount.createSource,
    NonRecursive: mount.nonRecursive,
    ReadOnlyNonRecursive: mount.readOnlyRecursion === 'none',
    ReadOnlyForceRecursive: mount.readOnlyRecursion === 'force',
  });
  return [said({ Type: 'bind', Source: mount.source, Target: target, ReadOnly: readOnly, BindOptions: options })];
}

function tmpfsOf(mount: Mount): [string, string][] {
  if (mount.type !== 'tmpfs') return [];
  const { sizeBytes, mode, options, target } = mount;
  const words = [
    ...(options === undefined ? [] : [options]),
    ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`]),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8).padStart(3, '0')}`]),
  ];
  return [[target, words.join(',')]];
}

function restartPolicy({ restart }: Config): object | undefined {
  if (restart.name === 'no') return undefined;
  const { name, maxRetries } = restart;
  return { Name: name, ...(maxRetries === 0 ? {} : { MaximumRetryCount: maxRetries }) };
}

function resources({ resources: limits }: Config): Record<string, unknown> {
  const rates = (list: readonly { path: string; rate: number }[] | undefined) =>
    list?.map(({ path, rate }) => ({ Path: path, Rate: rate }));
  return {
    Memory: limits.memoryBytes,
    MemorySwap: limits.memorySwapBytes,
    MemoryReservation: limits.memoryReservationBytes,
    MemorySwappiness: limits.memorySwappiness,
    NanoCpus: limits.nanoCpus,
    CpuShares: limits.cpuShares,
    CpuPeriod: limits.cpuPeriod,
    CpuQuota: limits.cpuQuota,
    CpusetCpus: limits.cpusetCpus,
    CpusetMems: limits.cpusetMems,
    PidsLimit: limits.pidsLimit,
    OomKillDisable: limits.oomKillDisable,
    BlkioWeight: limits.blkioWeight,
    BlkioWeightDevice: limits.blkioWeightDevices?.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    BlkioDeviceReadBps: rates(limits.blkioReadBps),
    BlkioDeviceWriteBps: rates(limits.blkioWriteBps),
    BlkioDeviceReadIOps: rates(limits.blkioReadIops),
    BlkioDeviceWriteIOps: rates(limits.blkioWriteIops),
  };
}

function logConfig({ log }: Config): object | undefined {
  const { driver, options = {} } = log;
  if (driver === 'json-file' && Object.keys(options).length === 0) return undefined;
  return { Type: driver, Config: options };
}

/** Times of the API are in nanoseconds. */
function healthcheck({ healthcheck: check }: Config): Record<string, unknown> {
  const ns = (ms: number | undefined) => (ms === undefined ? undefined : ms * NS_PER_MS);
  return {
    Test: check?.test,
    Interval: ns(check?.intervalMs),
    Timeout: ns(check?.timeoutMs),
    StartPeriod: ns(check?.startPeriodMs),
    StartInterval: ns(check?.startIntervalMs),
    Retries: check?.retries,
  };
}

function endpointOf(endpoint: NonNullable<Config['networks']>[number]): object {
  return said({
    Aliases: endpoint.aliases,
    IPAMConfig: said({ IPv4Address: endpoint.ipv4, IPv6Address: endpoint.ipv6 }),
    MacAddress: endpoint.mac,
    GwPriority: endpoint.priority,
  });
}
