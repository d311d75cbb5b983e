import type { ContainerConfig, UpdatableResources } from '#engine/containers/index.ts';
import type { Resources } from '#engine/runtime/index.ts';
import { badRequest } from '../docker-error.ts';
import { assertLocalDriver, readMounts } from './create-mounts.ts';
import { readNetworks } from './create-networks.ts';
import { readExposedPorts, readPortBindings } from './create-ports.ts';
import { JsonObject } from './json-object.ts';
import { MASKED_PATHS, READONLY_PATHS } from './system-paths.ts';
import { refuseUnsupported } from './unsupported.ts';

/**
 * The body of `POST /containers/create` in the engine's terms. 0, "" and null count as not given, and -1 where it means no limit.
 * @throws EngineError `invalid_argument`, also for every field in the table of what is not supported
 */
export function readCreateRequest(body: JsonObject): ContainerConfig {
  const host = body.object('HostConfig') ?? JsonObject.empty();
  refuseUnsupported('HostConfig', host);
  assertLocalDriver(host.text('VolumeDriver') ?? '');
  if (host.text('UTSMode') === 'host' && body.text('Hostname')) {
    throw badRequest('conflicting options: hostname and the UTS mode', 'hostname_conflict');
  }
  const image = body.text('Image') ?? '';
  if (image === '') {
    const says = body.names().some((name) => name !== 'hostconfig' && name !== 'networkingconfig');
    const words = says ? 'no image specified' : 'config cannot be empty in order to create a container';
    throw badRequest(words, 'image_missing');
  }
  const restart = host.object('RestartPolicy');
  return {
    image,
    entrypoint: body.textOrTexts('Entrypoint'),
    command: body.textOrTexts('Cmd'),
    env: body.texts('Env') ?? [],
    workingDir: given(body.text('WorkingDir')),
    user: given(body.text('User')),
    hostname: given(body.text('Hostname')),
    domainname: given(body.text('Domainname')),
    tty: body.flag('Tty') ?? false,
    openStdin: body.flag('OpenStdin') ?? false,
    stdinOnce: body.flag('StdinOnce') ?? false,
    labels: body.textMap('Labels'),
    stopSignal: given(body.text('StopSignal')),
    stopTimeoutSeconds: body.integer('StopTimeout'),
    exposedPorts: readExposedPorts(body),
    ports: readPortBindings(host),
    publishAll: host.flag('PublishAllPorts') ?? false,
    mounts: readMounts(body, host),
    ...readNetworks(body, host),
    restart: readRestartPolicy(restart),
    autoRemove: host.flag('AutoRemove') ?? false,
    resources: readResources(host),
    readonlyRootfs: host.flag('ReadonlyRootfs') ?? false,
    privileged: host.flag('Privileged') ?? false,
    capAdd: host.textOrTexts('CapAdd') ?? [],
    capDrop: host.textOrTexts('CapDrop') ?? [],
    securityOpt: [...(host.texts('SecurityOpt') ?? []), ...readPaths(host)],
    sysctls: host.textMap('Sysctls'),
    ulimits: host.objects('Ulimits').map((limit) => {
      const soft = limit.integer('Soft') ?? 0;
      return { name: limit.text('Name') ?? '', soft, hard: limit.integer('Hard') ?? soft };
    }),
    shmSizeBytes: host.integer('ShmSize') || undefined,
    oomScoreAdj: host.integer('OomScoreAdj') ?? 0,
    init: host.flag('Init') ?? false,
    extraHosts: host.texts('ExtraHosts') ?? [],
    dns: host.texts('Dns') ?? [],
    dnsSearch: host.texts('DnsSearch') ?? [],
    dnsOptions: host.texts('DnsOptions') ?? [],
    pidMode: given(host.text('PidMode')),
    ipcMode: given(host.text('IpcMode')),
    utsMode: given(host.text('UTSMode')),
    log: readLog(host.object('LogConfig')),
    ...readOptional(body, host),
  };
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function positive(number: number | undefined): number | undefined {
  return number !== undefined && number > 0 ? number : undefined;
}

/**
 * Clients send `--security-opt systempaths=unconfined` as two empty lists of paths.
 * @throws EngineError `invalid_argument` for lists of their own
 */
function readPaths(host: JsonObject): string[] {
  const [masked, readonly] = [host.texts('MaskedPaths'), host.texts('ReadonlyPaths')];
  if (masked?.length === 0 && readonly?.length === 0) return ['systempaths=unconfined'];
  for (const [field, paths, usual] of [
    ['MaskedPaths', masked, MASKED_PATHS],
    ['ReadonlyPaths', readonly, READONLY_PATHS],
  ] as const) {
    if (paths === undefined || (paths.length === usual.length && usual.every((path) => paths.includes(path)))) continue;
    const words = `Davit does not support paths of your own in HostConfig.${field}: leave them out, or send both lists empty`;
    throw badRequest(words, 'field_unsupported');
  }
  return [];
}

/** Fields that are there only when they were given. */
function readOptional(body: JsonObject, host: JsonObject): Partial<ContainerConfig> {
  const found: Partial<ContainerConfig> = {
    links: someOf([...new Set(host.texts('Links'))]),
    volumesFrom: someOf(host.texts('VolumesFrom') ?? []),
    usernsMode: given(host.text('UsernsMode')),
    cgroupnsMode: readCgroupns(given(host.text('CgroupnsMode'))),
    healthcheck: readHealthcheck(body.object('Healthcheck')),
    devices: someOf(
      host.objects('Devices').map((device) => {
        const source = device.text('PathOnHost') ?? '';
        const target = device.text('PathInContainer') || source;
        return { source, target, permissions: device.text('CgroupPermissions') || 'rwm' };
      }),
    ),
    deviceRules: someOf(host.texts('DeviceCgroupRules') ?? []),
    groupAdd: someOf(host.texts('GroupAdd') ?? []),
    annotations: someIn(host.textMap('Annotations')),
    macAddress: given(body.text('MacAddress')),
    attached: someOf([
      ...(body.flag('AttachStdout') ? (['stdout'] as const) : []),
      ...(body.flag('AttachStderr') ? (['stderr'] as const) : []),
    ]),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function someOf<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function someIn<T extends object>(map: T): T | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

function readCgroupns(mode: string | undefined): ContainerConfig['cgroupnsMode'] {
  if (mode === undefined || mode === 'host' || mode === 'private') return mode;
  throw badRequest(`invalid cgroup namespace mode: ${mode}`, 'cgroupns_invalid');
}

const NS_PER_MS = 1e6;

/** Times are in nanoseconds, and 0 stands for the default. */
function readHealthcheck(check: JsonObject | undefined): ContainerConfig['healthcheck'] {
  if (check === undefined) return undefined;
  const ms = (field: string): number | undefined => {
    const ns = check.integer(field) ?? 0;
    if (ns < 0 || (ns > 0 && ns < NS_PER_MS)) {
      throw badRequest(`${field} in Healthcheck cannot be less than 1ms`, 'healthcheck_invalid');
    }
    return ns === 0 ? undefined : ns / NS_PER_MS;
  };
  const retries = check.integer('Retries') ?? 0;
  if (retries < 0) throw badRequest('Retries in Healthcheck cannot be negative', 'healthcheck_invalid');
  return {
    test: someOf(check.texts('Test') ?? []),
    intervalMs: ms('Interval'),
    timeoutMs: ms('Timeout'),
    startPeriodMs: ms('StartPeriod'),
    startIntervalMs: ms('StartInterval'),
    retries: retries === 0 ? undefined : retries,
  };
}

const POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'] as const;

export function readRestartPolicy(policy: JsonObject | undefined): ContainerConfig['restart'] {
  const text = policy?.text('Name') || 'no';
  const name = POLICIES.find((known) => known === text);
  if (name === undefined) {
    throw badRequest(
      `invalid restart policy: unknown policy '${text}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
      'restart_policy_invalid',
    );
  }
  const maxRetries = policy?.integer('MaximumRetryCount') ?? 0;
  if (maxRetries < 0) {
    const words = name === 'on-failure' ? '' : "can only be used with 'on-failure' and ";
    throw badRequest(
      `invalid restart policy: maximum retry count ${words}cannot be negative`,
      'restart_policy_invalid',
    );
  }
  return { name, maxRetries };
}

/** The limits, as create and update send them. */
function readResources(host: JsonObject): Resources {
  const swap = host.integer('MemorySwap');
  const swappiness = host.integer('MemorySwappiness');
  const found: { [K in keyof Resources]: Resources[K] | undefined } = {
    // Negative ones are given, and for the engine to refuse.
    memoryBytes: host.integer('Memory') || undefined,
    // -1 is no limit, which is something else than none given.
    memorySwapBytes: swap === 0 ? undefined : swap,
    memoryReservationBytes: host.integer('MemoryReservation') || undefined,
    nanoCpus: host.integer('NanoCpus') || undefined,
    cpuShares: host.integer('CpuShares') || undefined,
    cpuPeriod: host.integer('CpuPeriod') || undefined,
    cpuQuota: positive(host.integer('CpuQuota')),
    cpusetCpus: given(host.text('CpusetCpus')),
    cpusetMems: given(host.text('CpusetMems')),
    pidsLimit: positive(host.integer('PidsLimit')),
    oomKillDisable: host.flag('OomKillDisable') === true ? true : undefined,
    memorySwappiness: swappiness === -1 ? undefined : swappiness,
    blkioWeight: positive(host.integer('BlkioWeight')),
    blkioWeightDevices: someOf(
      host.objects('BlkioWeightDevice').map((device) => {
        return { path: device.text('Path') ?? '', weight: device.integer('Weight') ?? 0 };
      }),
    ),
    blkioReadBps: rates(host, 'BlkioDeviceReadBps'),
    blkioWriteBps: rates(host, 'BlkioDeviceWriteBps'),
    blkioReadIops: rates(host, 'BlkioDeviceReadIOps'),
    blkioWriteIops: rates(host, 'BlkioDeviceWriteIOps'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Resources;
}

function rates(host: JsonObject, field: string): Resources['blkioReadBps'] {
  return someOf(
    host.objects(field).map((device) => ({ path: device.text('Path') ?? '', rate: device.integer('Rate') ?? 0 })),
  );
}

function readLog(config: JsonObject | undefined): ContainerConfig['log'] {
  const driver = config?.text('Type') || 'json-file';
  const options = someIn(config?.textMap('Config') ?? {});
  return { driver, ...(options === undefined ? {} : { options }) };
}

/**
 * The limits of an update, where -1 takes away those that dockerd lets go.
 * @throws EngineError `invalid_argument`
 */
export function readUpdate(body: JsonObject): UpdatableResources {
  const number = (field: string) => body.integer(field) || undefined;
  const below = (field: string) => (body.integer(field) ?? 0) < 0;
  if (body.integer('IOMaximumIOps') || body.integer('IOMaximumBandwidth')) {
    const words = 'Invalid QoS settings: linux does not support Maximum IO Bandwidth or Maximum IO IOps';
    throw badRequest(words, 'field_unsupported');
  }
  if (below('Memory')) throw badRequest('Minimum memory limit allowed is 6MB', 'memory_too_small');
  if (below('NanoCpus')) throw badRequest('range of CPUs begins at 0.01', 'too_few_cpus');
  if (below('CpuPeriod')) {
    const words = 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)';
    throw badRequest(words, 'cpu_period_range');
  }
  const found: { [K in keyof UpdatableResources]: UpdatableResources[K] | undefined } = {
    memoryBytes: number('Memory'),
    memorySwapBytes: number('MemorySwap'),
    memoryReservationBytes: number('MemoryReservation'),
    nanoCpus: number('NanoCpus'),
    cpuShares: number('CpuShares'),
    cpuPeriod: number('CpuPeriod'),
    cpuQuota: number('CpuQuota'),
    cpusetCpus: given(body.text('CpusetCpus')),
    cpusetMems: given(body.text('CpusetMems')),
    pidsLimit: number('PidsLimit'),
    blkioWeight: number('BlkioWeight'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
