import { isEngineError } from '../errors/index.ts';
import type { LinkInfo } from '../kernel/index.ts';
import { hasLinks, isBridge, type NetworkDeps } from './deps.ts';
import { parseSubLinkOptions } from './network-options.ts';
import type { EndpointRecord, NetworkRecord } from './network-service.ts';

interface LostSubLink {
  endpoint: EndpointRecord;
  /** Link of the host that it shared. */
  parent: string;
  /** Without it the lost one cannot be made anew. */
  parentIsThere: boolean;
}

/**
 * Links of macvlan and ipvlan that running containers should have and have not: deleted, or gone with the link of the host
 * that they shared. They have no end on the host, so that it takes a look into each namespace.
 */
export async function findLostSubLinks(deps: NetworkDeps): Promise<LostSubLink[]> {
  const networks = new Map((await deps.store.list()).map((network) => [network.id, network]));
  const own = (await deps.store.listEndpoints()).flatMap((endpoint) => {
    const network = networks.get(endpoint.networkId);
    return endpoint.state === 'ready' && network !== undefined && isShared(network) ? [{ endpoint, network }] : [];
  });
  if (own.length === 0) return [];
  const host = new Set((await deps.kernel.listLinks()).map(({ name }) => name));
  const lost: LostSubLink[] = [];
  for (const { endpoint, network } of own) {
    const inside = await linksInside(deps, endpoint);
    const { containerId } = endpoint;
    const count = own.filter(
      (one) => one.endpoint.containerId === containerId && one.network.driver === network.driver,
    );
    // One that the container itself has renamed is still there.
    const there = inside?.filter(({ kind }) => kind === network.driver).length ?? count.length;
    if (there >= count.length || inside?.some(({ name }) => name === endpoint.ifName)) continue;
    const { parent } = parseSubLinkOptions(network.driver, network.options);
    lost.push({ endpoint, parent, parentIsThere: host.has(parent) });
  }
  return lost;
}

function isShared(network: NetworkRecord): boolean {
  return hasLinks(network) && !isBridge(network) && network.state === 'ready';
}

/** No file, or one that no namespace is bound to any more. */
const GONE = ['ENOENT', 'EINVAL'];

/** Undefined when the namespace is gone, which is another loss. */
async function linksInside(deps: NetworkDeps, { containerId }: EndpointRecord): Promise<LinkInfo[] | undefined> {
  try {
    return await deps.kernel.listLinksIn(deps.paths.netnsOf(containerId));
  } catch (error) {
    if (isEngineError(error) && GONE.includes(String(error.details['errno']))) return undefined;
    throw error;
  }
}
