import type {
  ContainerConfig,
  ContainerDetail,
  ContainerService,
  ContainerState,
  HealthState,
} from '#engine/containers/index.ts';
import { shortId } from '#engine/lib/index.ts';
import type { ApiLevel } from '../versions.ts';
import { addressesOf } from './container-list.ts';
import { type Attachment, emptyEndpoint, toEndpoint } from './endpoint.ts';
import { orNull, toHostConfig } from './host-config.ts';
import { toMountPoints, type VolumePaths } from './mounts.ts';

const NEVER = '0001-01-01T00:00:00Z';

interface InspectFacts {
  attachments: readonly Attachment[];
  volumes: VolumePaths;
  cgroupVersion: 1 | 2;
  links?: readonly string[];
  /** Undefined for one whose file system is gone. */
  layers?: Awaited<ReturnType<ContainerService['layersOf']>> | undefined;
  /** Which of its exec sessions run. */
  execIds: readonly string[];
  size?: { writable: number; root: number } | undefined;
  level: ApiLevel;
}

/** `GET /containers/{id}/json`. */
export function toContainerInspect(detail: ContainerDetail, facts: InspectFacts) {
  const { config, process, state, paths } = detail;
  const begun = state.status !== 'created';
  return {
    Id: detail.id,
    Created: detail.createdAt.toISOString(),
    Path: process.args[0] ?? '',
    Args: process.args.slice(1),
    State: toState(state),
    Image: detail.imageId,
    ResolvConfPath: begun ? `${paths.bundle}/resolv.conf` : '',
    HostnamePath: begun ? `${paths.bundle}/hostname` : '',
    HostsPath: begun ? `${paths.bundle}/hosts` : '',
    LogPath: begun && config.log.driver !== 'none' ? paths.log : '',
    Name: `/${detail.name}`,
    RestartCount: detail.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: orNull(facts.execIds),
    HostConfig: toHostConfig(config, facts.cgroupVersion, facts.links),
    GraphDriver: { Data: { ID: detail.id, ...toLayers(facts.layers) }, Name: 'overlay2' },
    ...(facts.size === undefined ? {} : { SizeRw: facts.size.writable, SizeRootFs: facts.size.root }),
    Mounts: toMountPoints(detail.mounts, facts.volumes),
    Config: toConfig(config),
    NetworkSettings: toNetworkSettings(detail, facts),
  };
}

function toLayers(layers: InspectFacts['layers']) {
  if (layers === undefined) return {};
  const { upper, work, merged, lowerDirs } = layers;
  return { LowerDir: lowerDirs.join(':'), MergedDir: merged, UpperDir: upper, WorkDir: work };
}

/** Docker's booleans, derived from the one state. */
function toState(state: ContainerState) {
  const { status } = state;
  return {
    Status: status,
    Running: status === 'running' || status === 'paused' || status === 'restarting',
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: 'oomKilled' in state && state.oomKilled,
    Dead: status === 'dead',
    Pid: 'pid' in state ? state.pid : 0,
    ExitCode: 'exitCode' in state ? (state.exitCode ?? 0) : 0,
    Error: 'error' in state ? (state.error ?? '') : '',
    StartedAt: 'startedAt' in state ? state.startedAt.toISOString() : NEVER,
    FinishedAt: 'finishedAt' in state ? state.finishedAt.toISOString() : NEVER,
    ...('health' in state && state.health !== undefined ? { Health: toHealth(state.health) } : {}),
  };
}

function toHealth({ status, failingStreak, log }: HealthState) {
  return {
    Status: status,
    FailingStreak: failingStreak,
    Log: log.map(({ startedAt, endedAt, exitCode, output }) => {
      return { Start: startedAt.toISOString(), End: endedAt.toISOString(), ExitCode: exitCode, Output: output };
    }),
  };
}

const NS_PER_MS = 1e6;

function toHealthcheck(check: NonNullable<ContainerConfig['healthcheck']>) {
  const { test, intervalMs, timeoutMs, startPeriodMs, startIntervalMs, retries } = check;
  const ns = (name: string, ms: number | undefined) => (ms ? { [name]: ms * NS_PER_MS } : {});
  return {
    ...(test === undefined ? {} : { Test: test }),
    ...ns('Interval', intervalMs),
    ...ns('Timeout', timeoutMs),
    ...ns('StartPeriod', startPeriodMs),
    ...ns('StartInterval', startIntervalMs),
    ...(retries ? { Retries: retries } : {}),
  };
}

function toConfig(config: ContainerConfig) {
  const exposed = Object.fromEntries(config.exposedPorts.map((port) => [port, {}]));
  const volumes = config.mounts.filter((mount) => mount.type === 'volume' && mount.name === undefined && !mount.long);
  return {
    Hostname: config.hostname ?? '',
    Domainname: config.domainname ?? '',
    User: config.user ?? '',
    AttachStdin: config.openStdin && config.stdinOnce,
    AttachStdout: config.attached?.includes('stdout') ?? false,
    AttachStderr: config.attached?.includes('stderr') ?? false,
    ...(config.exposedPorts.length === 0 ? {} : { ExposedPorts: exposed }),
    Tty: config.tty,
    OpenStdin: config.openStdin,
    StdinOnce: config.stdinOnce,
    Env: config.env,
    Cmd: config.command ?? null,
    ...(config.healthcheck === undefined ? {} : { Healthcheck: toHealthcheck(config.healthcheck) }),
    ...(config.macAddress === undefined ? {} : { MacAddress: config.macAddress }),
    Image: config.image,
    Volumes: volumes.length === 0 ? null : Object.fromEntries(volumes.map(({ target }) => [target, {}])),
    WorkingDir: config.workingDir ?? '',
    // One empty word resets the image's.
    Entrypoint: config.entrypoint?.join('') ? config.entrypoint : null,
    OnBuild: null,
    Labels: config.labels,
    ...(config.stopSignal === undefined ? {} : { StopSignal: config.stopSignal }),
    ...(config.stopTimeoutSeconds === undefined ? {} : { StopTimeout: config.stopTimeoutSeconds }),
  };
}

function toNetworkSettings(detail: ContainerDetail, { attachments, level }: InspectFacts) {
  const networks: Record<string, object> = {};
  const asked = detail.config.networks ?? [];
  if (attachments.length === 0) {
    for (const { network, ...wishes } of asked) networks[network] = emptyEndpoint(wishes);
    // Host and none have no addresses; one that shares another's namespace has no networks at all.
    if (asked.length === 0 && !detail.networkMode.startsWith('container:')) {
      networks[detail.networkMode] = emptyEndpoint();
    }
  }
  for (const attachment of attachments) {
    const { network, endpoint } = attachment;
    const own = shortId(detail.id);
    // The default network has no names.
    const names = network.name === 'bridge' ? null : [...new Set([detail.name, ...endpoint.aliases, own])];
    const wishes = asked.find((one) => one.network === network.name || one.network === network.id);
    const entry = { ...toEndpoint(detail.id, attachment, wishes), DNSNames: names };
    // Until 1.44 the short id was among the aliases.
    if (level < 45 && names !== null) entry.Aliases = [...(entry.Aliases ?? []), own];
    networks[network.name] = entry;
  }
  const main = attachments.find(({ network }) => network.name === 'bridge');
  const onBridge = main === undefined ? undefined : toEndpoint(detail.id, main);
  return {
    Bridge: '',
    SandboxID: attachments.length === 0 ? '' : detail.id,
    SandboxKey: '',
    Ports: attachments.length === 0 ? {} : toPorts(detail),
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: onBridge?.EndpointID ?? '',
    Gateway: onBridge?.Gateway ?? '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: onBridge?.IPAddress ?? '',
    IPPrefixLen: onBridge?.IPPrefixLen ?? 0,
    IPv6Gateway: '',
    MacAddress: onBridge?.MacAddress ?? '',
    Networks: networks,
  };
}

/** Exposed ones without a binding are there with null. */
function toPorts({ exposedPorts, ports }: ContainerDetail) {
  const found: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  for (const port of exposedPorts) found[port] = null;
  for (const bound of ports) {
    const key = `${bound.containerPort}/${bound.protocol}`;
    const entries = addressesOf(bound).map((address) => ({ HostIp: address, HostPort: String(bound.hostPort) }));
    found[key] = [...(found[key] ?? []), ...entries];
  }
  return found;
}
