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
