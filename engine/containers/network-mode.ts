import { EngineError, isEngineError } from '../errors/index.ts';
import type { ContainerId } from '../lib/index.ts';
import type { ContainerIdentity, EndpointConfig, NetworkMode, Sandbox } from '../networks/network-service.ts';
import type { TaskSpec } from '../runtime/runtime.ts';
import { hostnameOf } from './config-merge.ts';
import type { ContainerConfig, ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';
import { allLinks } from './links.ts';
import { resolveRef } from './resolve-ref.ts';

/** `container:X` in a namespace mode, or undefined. */
export function sharedWith(mode: string | undefined): string | undefined {
  return mode?.startsWith('container:') ? mode.slice('container:'.length) : undefined;
}

/**
 * Modes that share with another container name it by its id: it may be called something else when this one starts.
 *
 * @throws EngineError `invalid_argument` for a container that is not there: clients would take `not_found` for the image
 */
export async function bindModes(ctx: Pick<Context, 'store'>, config: ContainerConfig): Promise<ContainerConfig> {
  const bound = { ...config };
  for (const field of ['network', 'pidMode', 'ipcMode'] as const) {
    const ref = sharedWith(config[field]);
    if (ref === undefined) continue;
    try {
      bound[field] = `container:${(await resolveRef(ctx.store, ref)).id}`;
    } catch (cause) {
      if (!isEngineError(cause)) throw cause;
      throw new EngineError(
        'invalid_argument',
        cause.message,
        { reason: 'shared_container_missing', field },
        { cause },
      );
    }
  }
  return bound;
}

/** The namespace of a running container's process. @throws EngineError `conflict` when it does not run, in Docker's words */
export async function namespaceOf(ctx: Context, ref: string, kind: 'pid' | 'ipc'): Promise<string> {
  const record = await resolveRef(ctx.store, ref);
  const pid = pidOf(record);
  if (pid !== undefined) return `/proc/${pid}/ns/${kind}`;
  const why =
    record.state.status === 'restarting'
      ? `Container ${ref} is restarting, wait until the container is running`
      : `container ${ref} is not running`;
  throw sharedStopped(ref, `failed to join ${kind.toUpperCase()} namespace: ${why}`);
}

/** Whether a container it shares a namespace with, or has a link to, is itself about to start. */
export async function sharesWithWaiting(ctx: Context, { config }: ContainerRecord): Promise<boolean> {
  const linked = allLinks(config).map((link) => link.split(':')[0]);
  for (const ref of [...[config.network, config.pidMode, config.ipcMode].map(sharedWith), ...linked]) {
    if (ref === undefined) continue;
    try {
      if ((await resolveRef(ctx.store, ref)).state.status === 'restarting') return true;
    } catch (error) {
      // Removed meanwhile: the start says so.
      if (!isEngineError(error)) throw error;
    }
  }
  return false;
}

function pidOf({ state }: ContainerRecord): number | undefined {
  return state.status === 'running' || state.status === 'paused' ? state.pid : undefined;
}

function sharedStopped(ref: string, message: string): EngineError {
  return new EngineError('conflict', message, { reason: 'shared_container_stopped', ref });
}

async function networkOwner(ctx: Context, ref: string): Promise<{ id: ContainerId; pid: number }> {
  const record = await resolveRef(ctx.store, ref);
  const pid = pidOf(record);
  if (pid !== undefined) return { id: record.id, pid };
  throw sharedStopped(ref, `cannot join network namespace of a non running container: ${record.id}`);
}

interface JoinedNetwork {
  netns: TaskSpec['netns'];
  sandbox: Sandbox | undefined;
  /** Whose hosts, hostname and resolv.conf are used, when not its own. */
  filesOf: ContainerId | undefined;
}

/** Attaches the container to what its configuration asks for; the caller defers `networks.detach`. */
export async function joinNetwork(ctx: Context, record: ContainerRecord, signal?: AbortSignal): Promise<JoinedNetwork> {
  const { config } = record;
  const shared = sharedWith(config.network);
  if (shared !== undefined) {
    const other = await networkOwner(ctx, shared);
    return { netns: { kind: 'path', path: `/proc/${other.pid}/ns/net` }, sandbox: undefined, filesOf: other.id };
  }
  const mode = toMode(config);
  try {
    const sandbox = await ctx.networks.attach({
      ...networkIdentity(record),
      mode,
      signal,
    });
    const netns =
      sandbox.netns === undefined ? { kind: 'host' as const } : { kind: 'path' as const, path: sandbox.netns };
    return { netns, sandbox, filesOf: undefined };
  } catch (cause) {
    if (!(cause instanceof EngineError) || cause.code === 'cancelled') throw cause;
    throw new EngineError(cause.code, `failed to set up container networking: ${cause.message}`, cause.details, {
      cause,
    });
  }
}

/** How the container's networks see it. */
export function networkIdentity(record: ContainerRecord): ContainerIdentity {
  const { id, name, config } = record;
  const { domainname, dns } = config;
  return { containerId: id, name, hostname: hostnameOf(config, id), domainname, dns, ports: wantedPorts(record) };
}

function toMode(config: ContainerConfig): NetworkMode {
  const { network } = config;
  if (network === 'host' || network === 'none') return { kind: network };
  return { kind: 'networks', endpoints: config.networks ?? completeNetworks(config) ?? [] };
}

/**
 * What a new container asks of its networks: the one of its mode goes first when it is not in the list. Undefined for modes
 * without networks of their own.
 *
 * @throws EngineError `conflict` when such a mode comes with networks, or one comes twice
 */
export function completeNetworks(
  config: Pick<ContainerConfig, 'network' | 'networks' | 'macAddress'>,
): readonly EndpointConfig[] | undefined {
  const asked = (config.networks ?? []).map((endpoint) => ({ ...endpoint, network: networkName(endpoint.network) }));
  if (!hasOwnNetworks(config)) {
    if (asked.length > 0) throw noNetworksOfItsOwn(config.network);
    return undefined;
  }
  const first = networkName(config.network);
  const twice = asked.find(({ network }, place) => asked.findIndex((other) => other.network === network) !== place);
  if (twice !== undefined) {
    const words = `container is already connected to network ${twice.network}`;
    throw new EngineError('conflict', words, { reason: 'already_connected', network: twice.network });
  }
  const all: EndpointConfig[] = asked.some(({ network }) => network === first) ? asked : [{ network: first }, ...asked];
  // The address of the container itself is that of its link to the network of its mode.
  const mac = config.macAddress || undefined;
  return all.map((endpoint) =>
    endpoint.network === first && mac ? { ...endpoint, mac: endpoint.mac ?? mac } : endpoint,
  );
}

/** Whether it can be on several networks: not in the namespace of the host, of another container, or alone in one. */
export function hasOwnNetworks({ network }: Pick<ContainerConfig, 'network'>): boolean {
  return network !== 'host' && network !== 'none' && sharedWith(network) === undefined;
}

export function noNetworksOfItsOwn(mode: string): EngineError {
  const words =
    mode === 'none'
      ? 'container cannot be connected to multiple networks with one of the networks in private (none) mode'
      : 'container sharing network namespace with another container or host cannot be connected to any other network';
  return new EngineError('conflict', words, { reason: 'network_mode', mode });
}

function networkName(network: string): string {
  return network === '' || network === 'default' ? 'bridge' : network;
}

/** Asked ports, and with publish-all a random one for each exposed port nobody asked for. */
export function wantedPorts({ config }: Pick<ContainerRecord, 'config'>): ContainerRecord['config']['ports'] {
  const exposed = new Set(config.exposedPorts);
  const published = config.ports.filter(
    ({ whenExposed, containerPort, protocol }) => whenExposed !== true || exposed.has(`${containerPort}/${protocol}`),
  );
  if (!config.publishAll) return published;
  const asked = new Set(published.map((port) => `${port.containerPort}/${port.protocol}`));
  const extra = config.exposedPorts.flatMap((port) => {
    const [number, protocol = 'tcp'] = port.split('/');
    if (asked.has(`${number}/${protocol}`) || (protocol !== 'tcp' && protocol !== 'udp')) return [];
    return [{ protocol, containerPort: Number(number), hostAddress: '' } as const];
  });
  return [...published, ...extra];
}
