import { type BoundPort, findFreePorts, findHolder, type Listener } from '../../networks/index.ts';
import type { ContainerRecord, ContainerService, PublishedPort } from '../container-service.ts';
import type { Context } from '../context.ts';
import { wantedPorts } from '../network-mode.ts';

const STACK_LABEL = 'com.docker.compose.project';

type Use = Awaited<ReturnType<Context['networks']['portUse']>>;

export async function listPorts(ctx: Context): ReturnType<ContainerService['listPorts']> {
  const [records, use, networks] = await Promise.all([ctx.store.list(), ctx.networks.portUse(), ctx.networks.list()]);
  const names = new Map(records.map(({ id, name }) => [id, name]));
  const published = await Promise.all(records.map((record) => portsOf(ctx, record, use, names)));
  // The servers that tell containers each other's names are Davit's own.
  const gateways = new Set(networks.flatMap(({ subnets }) => subnets.flatMap(({ gateway }) => gateway ?? [])));
  const others = use.listeners.filter(({ port, address }) => port !== 53 || !gateways.has(address));
  return { published: published.flat(), others: withoutDoubles(others) };
}

export async function freePorts(
  ctx: Context,
  near: Parameters<ContainerService['freePorts']>[0],
  count: number,
): ReturnType<ContainerService['freePorts']> {
  const use = await ctx.networks.portUse();
  const ports = findFreePorts(near, use, count);
  const holder = findHolder(near, use);
  if (holder?.kind !== 'container') return { ports, holder };
  const record = await ctx.store.get(holder.containerId);
  return { ports, holder: { kind: 'container', name: record?.name ?? holder.containerId } };
}

async function portsOf(
  ctx: Context,
  record: ContainerRecord,
  use: Use,
  names: ReadonlyMap<string, string>,
): Promise<PublishedPort[]> {
  const { id, name, config, state } = record;
  const bound = use.endpoints.flatMap((endpoint) => (endpoint.containerId === id ? endpoint.ports : []));
  const open = bound.length > 0;
  const ports = open ? bound : wantedPorts(record).flatMap(toBound);
  const pid = state.status === 'running' || state.status === 'paused' ? state.pid : undefined;
  const inside = pid === undefined || ports.length === 0 ? undefined : await ctx.networks.listenersOf(pid);
  const others = { listeners: use.listeners, endpoints: use.endpoints.filter(({ containerId }) => containerId !== id) };
  return ports.map((port) => {
    const holder = findHolder(port, others);
    const conflict =
      holder?.kind === 'container'
        ? ({ kind: 'container', name: names.get(holder.containerId) ?? holder.containerId } as const)
        : holder;
    const listening = inside && listens(port, inside);
    return { ...port, container: { id, name }, stack: config.labels?.[STACK_LABEL], open, listening, conflict };
  });
}

/** What asks for any port, or one of a range, has none until it starts. */
function toBound({ hostPort, hostPortEnd, ...rest }: ReturnType<typeof wantedPorts>[number]): BoundPort[] {
  return hostPort === undefined || (hostPortEnd ?? hostPort) !== hostPort ? [] : [{ ...rest, hostPort }];
}

export function listens(
  { protocol, containerPort }: Pick<BoundPort, 'protocol' | 'containerPort'>,
  inside: readonly Listener[],
): 'yes' | 'loopback' | 'no' {
  const there = inside.filter((one) => one.protocol === protocol && one.port === containerPort);
  if (there.some(({ address }) => !address.startsWith('127.'))) return 'yes';
  return there.length > 0 ? 'loopback' : 'no';
}

/** A program that listens on both families is one line. */
function withoutDoubles(listeners: readonly Listener[]): Listener[] {
  const byKey = new Map(listeners.map((one) => [`${one.protocol} ${one.address} ${one.port}`, one]));
  return [...byKey.values()];
}
