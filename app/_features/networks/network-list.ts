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

interface Block {
  start: number;
  size: number;
}

/**
 * The network whose subnet shares addresses with this one, known while the form is still open. Only IPv4 is compared;
 * the server judges the rest.
 */
export function findOverlap(
  subnet: string,
  networks: readonly { name: string; subnets: readonly { subnet: string }[] }[],
): { network: string; other: string } | undefined {
  const block = parseBlock(subnet);
  if (block === undefined) return undefined;
  for (const { name, subnets } of networks) {
    const other = subnets.find((one) => {
      const taken = parseBlock(one.subnet);
      return taken !== undefined && block.start < taken.start + taken.size && taken.start < block.start + block.size;
    });
    if (other !== undefined) return { network: name, other: other.subnet };
  }
  return undefined;
}

function parseBlock(cidr: string): Block | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr.trim());
  if (found === null) return undefined;
  const [prefix = 0, ...bytes] = found.slice(1).map(Number).toReversed();
  if (prefix > 32 || bytes.some((byte) => byte > 255)) return undefined;
  const size = 2 ** (32 - prefix);
  const address = bytes.toReversed().reduce((sum, byte) => sum * 256 + byte, 0);
  return { start: Math.floor(address / size) * size, size };
}
