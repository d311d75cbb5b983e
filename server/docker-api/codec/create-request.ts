import type { ContainerConfig } from '#engine/containers/index.ts';
import type { Resources } from '#engine/runtime/index.ts';
import { badRequest } from '../docker-error.ts';
import { readMounts } from './create-mounts.ts';
import { readExposedPorts, readPortBindings } from './create-ports.ts';
import { JsonObject } from './json-object.ts';
import { refuseUnsupported } from './unsupported.ts';

/** A create request: the container, and what only the handler can look up. */
export interface CreateRequest {
  config: ContainerConfig;
  /** `container[:ro|rw]`, whose mounts it takes over. */
  volumesFrom: { container: string; readOnly: boolean }[];
}

/**
 * The body of `POST /containers/create` in the engine's terms. -1, 0, "" and null count as not given.
 * @throws EngineError `invalid_argument`, also for every field in the table of what is not supported
 */
export function readCreateRequest(body: JsonObject): CreateRequest {
  const host = body.object('HostConfig') ?? JsonObject.empty();
  refuseUnsupported('Config', body);
  refuseUnsupported('HostConfig', host);
  const image = body.text('Image') ?? '';
  if (image === '') throw badRequest('no image specified', 'image_missing');
  const restart = host.object('RestartPolicy');
  const config: ContainerConfig = {
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
    network: readNetwork(body, host),
    restart: readRestartPolicy(restart),
    autoRemove: host.flag('AutoRemove') ?? false,
    resources: readResources(host),
    readonlyRootfs: host.flag('ReadonlyRootfs') ?? false,
    privileged: host.flag('Privileged') ?? false,
    capAdd: host.textOrTexts('CapAdd') ?? [],
    capDrop: host.textOrTexts('CapDrop') ?? [],
    securityOpt: host.texts('SecurityOpt') ?? [],
    sysctls: host.textMap('Sysctls'),
    ulimits: host.objects('Ulimits').map((limit) => {
      const soft = limit.integer('Soft') ?? 0;
      return { name: limit.text('Name') ?? '', soft, hard: limit.integer('Hard') ?? soft };
    }),
    shmSizeBytes: positive(host.integer('ShmSize')),
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
  };
  return { config, volumesFrom: (host.texts('VolumesFrom') ?? []).map(parseVolumesFrom) };
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function positive(number: number | undefined): number | undefined {
  return number !== undefined && number > 0 ? number : undefined;
}

function parseVolumesFrom(text: string) {
  const [container = '', mode = 'rw'] = text.split(':');
  if (container === '' || !['ro', 'rw', 'z', 'Z'].includes(mode)) {
    throw badRequest(`invalid volumes-from specification: ${text}`, 'volumes_from_invalid');
  }
  return { container, readOnly: mode === 'ro' };
}

const DEFAULT_NETWORKS = new Set(['', 'default', 'bridge']);

/** Clients name the network twice: as mode, and with what they want of it. */
function readNetwork(body: JsonObject, host: JsonObject): string {
  if (body.flag('NetworkDisabled') === true) return 'none';
  const mode = host.text('NetworkMode') ?? '';
  const endpoints = body.object('NetworkingConfig')?.entries('EndpointsConfig') ?? [];
  for (const [name, settings] of endpoints) {
    if (settings === null) continue;
    refuseUnsupported('EndpointSettings', JsonObject.from(settings, `NetworkingConfig.EndpointsConfig.${name}`));
  }
  const [asked, ...others] = endpoints.map(([name]) => name);
  if (others.length > 0) {
    throw badRequest('Davit does not support more than one network in NetworkingConfig.EndpointsConfig yet');
  }
  if (!DEFAULT_NETWORKS.has(mode)) return mode;
  return asked === undefined || DEFAULT_NETWORKS.has(asked) ? 'bridge' : asked;
}

const POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'] as const;

function readRestartPolicy(policy: JsonObject | undefined): ContainerConfig['restart'] {
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
    throw badRequest('invalid restart policy: maximum retry count cannot be negative', 'restart_policy_invalid');
  }
  return { name, maxRetries };
}

/** The limits, as create and update send them. */
function readResources(host: JsonObject): Resources {
  const swap = host.integer('MemorySwap');
  const found: { [K in keyof Resources]: Resources[K] | undefined } = {
    memoryBytes: positive(host.integer('Memory')),
    // -1 is no limit, which is something else than none given.
    memorySwapBytes: swap === 0 ? undefined : swap,
    memoryReservationBytes: positive(host.integer('MemoryReservation')),
    nanoCpus: positive(host.integer('NanoCpus')),
    cpuShares: positive(host.integer('CpuShares')),
    cpuPeriod: positive(host.integer('CpuPeriod')),
    cpuQuota: positive(host.integer('CpuQuota')),
    cpusetCpus: given(host.text('CpusetCpus')),
    cpusetMems: given(host.text('CpusetMems')),
    pidsLimit: positive(host.integer('PidsLimit')),
    oomKillDisable: host.flag('OomKillDisable') === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Resources;
}

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function readLog(config: JsonObject | undefined): ContainerConfig['log'] {
  const driver = config?.text('Type') || 'json-file';
  const log: ContainerConfig['log'] = { driver };
  if (!['json-file', 'local', 'none'].includes(driver)) {
    throw badRequest(`logger: no log driver named '${driver}' is registered`, 'log_driver_unknown');
  }
  for (const [key, value] of Object.entries(config?.textMap('Config') ?? {})) {
    const [, number, unit] = /^(\d+)([bkmg]?)b?$/i.exec(value) ?? [];
    if (key === 'max-size' && number !== undefined) {
      log.maxBytes = Number(number) * (SIZE_UNITS[(unit ?? '').toLowerCase()] ?? 1);
    } else if (key === 'max-file' && number !== undefined && unit === '') log.maxFiles = Number(number);
    else throw badRequest(`unknown log opt '${key}' for ${driver} log driver`, 'log_option_unknown');
  }
  return log;
}
