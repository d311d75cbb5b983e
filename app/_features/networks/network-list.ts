import type { NetworkSummary } from '../../_lib/trpc.ts';

export const NETWORK_FILTERS = ['all', 'used', 'unused', 'builtin'] as const;
export type NetworkFilter = (typeof NETWORK_FILTERS)[number];

type Row = Pick<NetworkSummary, 'id' | 'name' | 'builtin'> & {
  endpoints: readonly unknown[];
  subnets: readonly { subnet: string }[];
};

/** Used: a running container is on it. */
export function matchesNetwork(network: Row, filter: NetworkFilter): boolean {
  if (filter === 'used') return network.endpoints.length > 0;
  if (filter === 'unused') return network.endpoints.length === 0 && !network.builtin;
  return filter === 'all' || network.builtin;
}

/** Rows of the list: by part of a name or a subnet, or the begin of an id. */
export function filterNetworks<T extends Row>(
  networks: readonly T[],
  { query, filter }: { query: string; filter: NetworkFilter },
): T[] {
  const words = query.trim().toLowerCase();
  return networks.filter(
    (network) =>
      matchesNetwork(network, filter) &&
      (network.id.startsWith(words) ||
        [network.name, ...network.subnets.map(({ subnet }) => subnet)].some((text) =>
          text.toLowerCase().includes(words),
        )),
  );
}

/**
 * How many addresses of the first IPv4 subnet containers have, and how many there are for them: all but those of the
 * network, of everybody on it and of the gateway. Undefined without such a subnet.
 */
export function addressUse({
  subnets,
  endpoints,
}: {
  subnets: readonly { subnet: string; gateway: string | undefined; ipRange?: string | undefined }[];
  endpoints: readonly unknown[];
}): { used: number; total: number } | undefined {
  const found = subnets.find(({ subnet }) => !subnet.includes(':'));
  if (found === undefined) return undefined;
  const prefix = Number((found.ipRange ?? found.subnet).split('/')[1]);
  const size = 2 ** (32 - prefix);
  const reserved = found.ipRange === undefined ? (found.gateway === undefined ? 2 : 3) : 0;
  return { used: endpoints.length, total: Math.max(0, size - reserved) };
}

/** Stopped containers that belong to a network: they cannot start without it. */
export function stoppedOn<T extends { id: string; networkMode: string }>(
  { name, endpoints }: { name: string; endpoints: readonly { containerId: string }[] },
  containers: readonly T[],
): T[] {
  return containers.filter(
    ({ id, networkMode }) => networkMode === name && !endpoints.some(({ containerId }) => containerId === id),
  );
}
