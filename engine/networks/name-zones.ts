import { shortId } from '../lib/index.ts';
import { hasNames, ipv4Of, type NetworkDeps } from './deps.ts';
import type { NameZone, NameZoneMember } from './name-server.ts';
import type { EndpointRecord, NetworkRecord, NetworkStore } from './network-service.ts';

/** The names that are answered now according to the rows. */
export async function nameZones(store: NetworkStore): Promise<NameZone[]> {
  const endpoints = (await store.listEndpoints()).filter(({ state }) => state !== 'removing');
  return (await store.list())
    .filter((network) => hasNames(network) && network.state === 'ready')
    .map((network) => ({
      id: network.id,
      listen: [ipv4Of(network).gateway].filter((address) => address !== undefined),
      internal: network.internal,
      members: endpoints
        .filter(({ networkId }) => networkId === network.id)
        .map((endpoint) => toMember(endpoint, network)),
    }));
}

function toMember(endpoint: EndpointRecord, network: NetworkRecord): NameZoneMember {
  const names = [endpoint.name, ...endpoint.aliases];
  return {
    containerId: endpoint.containerId,
    ipv4: endpoint.address,
    ipv6: endpoint.ipv6,
    names: [...names, shortId(endpoint.containerId), ...names.map((name) => `${name}.${network.name}`)],
    servers: endpoint.dns,
  };
}

/**
 * A container without names still runs: what the name server cannot do is told and tried again with the next `ensure`.
 * In words what was mended.
 */
export async function syncNamesLocked(deps: NetworkDeps): Promise<string[]> {
  try {
    return await deps.names.sync(await nameZones(deps.store));
  } catch (error) {
    deps.log.warn({ err: error }, 'names of containers are not answered');
    return [];
  }
}
