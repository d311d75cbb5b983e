import type { ContainerId } from '../lib/index.ts';
import type { Sandbox } from '../networks/network-service.ts';
import type { RuntimeMount } from '../runtime/runtime.ts';
import { writeNetworkFiles } from './container-files.ts';
import type { ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';
import { allLinks, findLiveLinks, linkLine, parseLink } from './links.ts';
import { hasOwnNetworks, networkIdentity } from './network-mode.ts';

/** Writes what a container reads about its networks, also while it runs. */
export async function rewriteNetworkFiles(
  ctx: Context,
  record: ContainerRecord,
  sandbox: Sandbox,
): Promise<RuntimeMount[]> {
  const links = (await findLiveLinks(ctx, record)).map(linkLine);
  return await writeNetworkFiles(ctx.paths, record, sandbox, await hostGateway(ctx, record), links);
}

/**
 * Tells the containers that have links to this one its address. It has been started already: what goes wrong with one of
 * them is logged. The caller holds no lock.
 */
export async function tellLinking(ctx: Context, id: ContainerId): Promise<void> {
  for (const other of [...ctx.tasks.keys()]) {
    if (other === id) continue;
    try {
      if (await isLinking(ctx, other, id)) await rewriteLinks(ctx, other);
    } catch (error) {
      ctx.log.error({ err: error, containerId: other }, 'address of a linked container could not be told');
    }
  }
}

/** Most containers have no links, which is remembered: a start does not read the rows of all that run. */
async function isLinking(ctx: Context, from: ContainerId, to: ContainerId): Promise<boolean> {
  const joined = ctx.tasks.get(from);
  if (joined === undefined) return false;
  if (joined.linked === undefined) {
    const record = await ctx.store.get(from);
    joined.linked = allLinks(record?.config ?? {}).map((link) => parseLink(link).container);
  }
  if (joined.linked.length === 0) return false;
  const name = (await ctx.store.get(to))?.name;
  return joined.linked.some((ref) => to.startsWith(ref) || ref.replace(/^\//, '') === name);
}

/** Its networks are others now, and so may be its links. */
export function forgetLinks(ctx: Context, id: ContainerId): void {
  const joined = ctx.tasks.get(id);
  if (joined !== undefined) delete joined.linked;
}

/** Brings /etc/hosts of a running container up to date; one that does not run gets it when it starts. */
export async function rewriteLinks(ctx: Context, id: ContainerId): Promise<void> {
  using _lock = await ctx.locks.acquire(id, ctx.closing);
  const record = await ctx.store.get(id);
  if (record === undefined || !ctx.tasks.has(id) || !hasOwnNetworks(record.config)) return;
  const { sandbox } = await ctx.networks.settle(networkIdentity(record), record.config.networks ?? []);
  await rewriteNetworkFiles(ctx, record, sandbox);
}

/** What `host-gateway` stands for: the host as the default bridge sees it, whichever networks the container is on. */
async function hostGateway(ctx: Context, { config }: ContainerRecord): Promise<string | undefined> {
  if (!config.extraHosts.some((pair) => pair.endsWith('host-gateway'))) return undefined;
  const [network] = await ctx.networks.list({ name: ['bridge'], type: 'builtin' });
  return network?.subnets[0]?.gateway;
}
