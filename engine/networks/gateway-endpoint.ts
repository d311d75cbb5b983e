import { hasLinks, ipv4Of, ipv6Of, type NetworkDeps } from './deps.ts';
import type { EndpointRecord, NetworkRecord } from './network-service.ts';

/**
 * The endpoint that has the default route and the published ports: of those on networks with a way out the one with the
 * highest priority, then the one that was there first.
 */
export function gatewayEndpoint(
  endpoints: readonly EndpointRecord[],
  networks: readonly NetworkRecord[],
): EndpointRecord | undefined {
  const leadsOut = new Set(networks.filter((one) => hasLinks(one) && !one.internal).map(({ id }) => id));
  return endpoints
    .filter(({ networkId }) => leadsOut.has(networkId))
    .sort((one, other) => other.priority - one.priority || orderOf(one) - orderOf(other))[0];
}

function orderOf({ ifName }: EndpointRecord): number {
  // A name of the client's choice may have no number.
  return Number(/\d+$/.exec(ifName)?.[0] ?? 0);
}

/** Lets everything without a route of its own leave through this endpoint. */
export async function routeThrough(deps: NetworkDeps, endpoint: EndpointRecord, network: NetworkRecord): Promise<void> {
  const netns = deps.paths.netnsOf(endpoint.containerId);
  const gateways = [ipv4Of(network)?.gateway, endpoint.ipv6 === undefined ? undefined : ipv6Of(network)?.gateway];
  for (const gateway of gateways) {
    if (gateway !== undefined) await deps.kernel.setDefaultRoute({ netns, name: endpoint.ifName, gateway });
  }
}
