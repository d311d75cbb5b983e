import { shortId } from '../lib/index.ts';
import { hasNames, ipv4Of, ipv6Of, type NetworkDeps } from './deps.ts';
import type { NameZone, NameZoneMember } from './name-server.ts';
import { parseBridgeOptions } from './network-options.ts';
import type { EndpointRecord, NetworkRecord, NetworkStore } from './network-service.ts';

/** The names that are answered now according to the rows. */
export async function nameZones(store: NetworkStore): Promise<NameZone[]> {
  const endpoints = (await store.listEndpoints()).filter(({ state }) => state !== 'removing');
  return (await store.list())
    .filter((network) => hasNames(network) && network.state === 'ready' && listenAddresses(network).length > 0)
    .map((network) => ({
      id: network.id,
      listen: listenAddresses(network),
      internal: network.internal,
      members: endpoints
        .filter(({ networkId }) => networkId === network.id)
        .map((endpoint) => toMember(endpoint, network)),
    }));
}

/** Of the bridge: IPv4 where the engine gives it one, else IPv6; none when the bridge has neither. */
export function listenAddresses(network: NetworkRecord): string[] {
  const { inhibitIpv4 } = parseBridgeOptions(network.options);
  const address = (inhibitIpv4 ? undefined : ipv4Of(network)?.gateway) ?? ipv6Of(network)?.gateway;
  return address === undefined ? [] : [address];
}

/** A network may be called nearly anything; only some of it can be asked for by DNS. */
const ASKABLE = /^[\w.-]+$/;

function toMember(endpoint: EndpointRecord, network: NetworkRecord): NameZoneMember {
  const names = [endpoint.name, ...endpoint.aliases];
  const full = names.map((name) => `${name}.${network.name}`);
  return {
    containerId: endpoint.containerId,
    ipv4: endpoint.address,
    ipv6: endpoint.ipv6,
    names: [...names, shortId(endpoint.containerId), ...(ASKABLE.test(network.name) ? full : [])],
    servers: endpoint.dns,
  };
}

/**
 * A container without names still runs: what the name server cannot do is told and tried again with the next `ensure`.
 * In words what was mended.
 */
export function syncNamesLocked(deps: NetworkDeps): Promise<string[]> {
  return orTold(deps, async () => deps.names.sync(await nameZones(deps.store)));
}

/** As above, for a name server that runs and does not answer. */
export function healNamesLocked(deps: NetworkDeps): Promise<string[]> {
  return orTold(deps, async () => deps.names.heal(await nameZones(deps.store)));
}

async function orTold(deps: NetworkDeps, work: () => Promise<string[]>): Promise<string[]> {
  try {
    return await work();
  } catch (error) {
    deps.log.warn({ err: error }, 'names of containers are not answered');
    return [];
  }
}
