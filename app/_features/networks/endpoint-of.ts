import type { ContainerDetail } from '../../_lib/trpc.ts';

/** What `connect` can ask for. */
const ASKED = ['aliases', 'ipv4', 'ipv6', 'mac', 'priority'] as const;

interface Asked {
  aliases?: string[];
  ipv4?: string;
  ipv6?: string;
  mac?: string;
  priority?: number;
}

/**
 * What brings a container back to a network as it is on it now; undefined where more was asked for when it came there than
 * can be asked for from here.
 */
export function endpointOf(
  { config: { networks } }: { config: Pick<ContainerDetail['config'], 'networks'> },
  network: { id: string; name: string },
): Asked | undefined {
  const found = networks?.find((one) => one.network === network.name || one.network === network.id);
  if (found === undefined) return {};
  const { network: _network, ...given } = found;
  const known = new Set<string>(ASKED);
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return entries.every(([name]) => known.has(name)) ? Object.fromEntries(entries) : undefined;
}
