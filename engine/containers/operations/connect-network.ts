import { EngineError, isEngineError } from '../../errors/index.ts';
import { CleanupStack, failpoint } from '../../lib/index.ts';
import type { EndpointConfig, NetworkRecord } from '../../networks/network-service.ts';
import type { CallOptions, ContainerRecord } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { parseLink } from '../links.ts';
import { forgetLinks, rewriteNetworkFiles } from '../network-files.ts';
import { completeNetworks, hasOwnNetworks, networkIdentity, noNetworksOfItsOwn } from '../network-mode.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';

export async function connectNetwork(
  ctx: Context,
  ref: string,
  endpoint: EndpointConfig,
  opts: CallOptions = {},
): Promise<void> {
  const { id } = await resolveRef(ctx.store, ref);
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  assertOwnNetworks(record);
  const network = await ctx.networks.get(endpoint.network);
  const asked = { ...endpoint, network: network.name };
  if (networksOf(record).some((one) => isSame(one, network))) {
    const words = `endpoint with name ${record.name} already exists in network ${network.name}`;
    throw new EngineError('conflict', words, { reason: 'already_connected', network: network.name });
  }
  for (const link of asked.links ?? []) parseLink(link);
  const container = networkIdentity(record);
  if (!isLive(record)) await ctx.networks.check(container, asked);

  await using undo = new CleanupStack({ log: ctx.log });
  await saveNetworks(ctx, record, [...networksOf(record), asked]);
  undo.defer('forget the network', () => ctx.store.update(id, { config: record.config }));
  await failpoint('connect.saved');
  if (isLive(record)) {
    forgetLinks(ctx, id);
    const sandbox = await ctx.networks.connect(container, asked, opts);
    await rewriteNetworkFiles(ctx, await getRecord(ctx.store, id), sandbox);
  }
  await failpoint('connect.files');
  undo.commit();
  publish(ctx, record, 'update', { opts });
}

export async function disconnectNetwork(
  ctx: Context,
  ref: string,
  nameOrId: string,
  opts: CallOptions = {},
): Promise<void> {
  const { id } = await resolveRef(ctx.store, ref);
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  assertOwnNetworks(record);
  // A network that was removed while the container was stopped is still in its list.
  const network = (await findNetwork(ctx, nameOrId)) ?? { id: nameOrId, name: nameOrId };
  const left = networksOf(record).filter((one) => !isSame(one, network));
  if (left.length === networksOf(record).length) {
    throw new EngineError(
      'not_found',
      `container ${id} is not connected to ${isLive(record) ? '' : 'the '}network ${network.name}`,
      {
        reason: 'not_connected',
        network: network.name,
      },
    );
  }
  await using undo = new CleanupStack({ log: ctx.log });
  await saveNetworks(ctx, record, left);
  undo.defer('keep the network', () => ctx.store.update(id, { config: record.config }));
  await failpoint('disconnect.saved');
  if (isLive(record)) {
    const sandbox = await ctx.networks.disconnect(networkIdentity(record), network.id, opts);
    forgetLinks(ctx, id);
    await rewriteNetworkFiles(ctx, await getRecord(ctx.store, id), sandbox);
    await failpoint('disconnect.files');
  }
  undo.commit();
  publish(ctx, record, 'update', { opts });
}

function assertOwnNetworks({ config }: ContainerRecord): void {
  if (!hasOwnNetworks(config)) throw noNetworksOfItsOwn(config.network);
}

function networksOf({ config }: ContainerRecord): readonly EndpointConfig[] {
  return config.networks ?? completeNetworks(config) ?? [];
}

function isSame({ network }: EndpointConfig, { id, name }: Pick<NetworkRecord, 'id' | 'name'>): boolean {
  return network === name || network === id || (network.length >= 12 && id.startsWith(network));
}

function isLive({ state }: ContainerRecord): boolean {
  return state.status === 'running' || state.status === 'paused';
}

async function saveNetworks(ctx: Context, record: ContainerRecord, networks: readonly EndpointConfig[]): Promise<void> {
  await ctx.store.update(record.id, { config: { ...record.config, networks } });
}

async function findNetwork(ctx: Context, nameOrId: string): Promise<NetworkRecord | undefined> {
  try {
    return await ctx.networks.get(nameOrId);
  } catch (error) {
    if (isEngineError(error, 'not_found')) return undefined;
    throw error;
  }
}
