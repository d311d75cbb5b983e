import type { ContainerId } from '../lib/index.ts';
import { failpoint } from '../lib/index.ts';
import { addressesOf, hasNames, lockNetworks, type NetworkDeps, publishNetwork } from './deps.ts';
import { syncNamesLocked } from './name-zones.ts';
import type { EndpointRecord } from './network-service.ts';
import { closePorts } from './publish-ports.ts';

/** Takes back ports, namespace and addresses; nothing happens when there are none. */
export async function detachContainer(deps: NetworkDeps, containerId: ContainerId): Promise<void> {
  using _lock = await lockNetworks(deps);
  const left = new Set((await detachLocked(deps, containerId)).map(({ networkId }) => networkId));
  if (left.size === 0) return;
  // The default network has no names: most containers come and go without a word to the name server.
  const named = (await deps.store.list()).some((network) => left.has(network.id) && hasNames(network));
  if (named) await syncNamesLocked(deps);
}

/** What it had; the names are still answered. */
export async function detachLocked(deps: NetworkDeps, containerId: ContainerId): Promise<EndpointRecord[]> {
  const endpoints = (await deps.store.listEndpoints()).filter((endpoint) => endpoint.containerId === containerId);
  for (const { networkId } of endpoints) {
    await deps.store.updateEndpoint(containerId, networkId, { state: 'removing' });
  }
  // The links die with the namespace, in the background; deleting them ourselves would wait for the kernel.
  await failpoint('detach.rows');
  await deps.kernel.dropNetns(deps.paths.netnsOf(containerId));
  await failpoint('detach.namespace');
  await closePorts(deps, endpoints);
  await failpoint('detach.ports');
  for (const endpoint of endpoints) await forgetEndpoint(deps, endpoint);
  await failpoint('detach.forgotten');
  return endpoints;
}

/** Deletes the row of an endpoint whose link is gone or going. */
export async function forgetEndpoint(deps: NetworkDeps, endpoint: EndpointRecord): Promise<void> {
  const { containerId, networkId, address, ipv6, state } = endpoint;
  await deps.store.deleteEndpoint(containerId, networkId);
  for (const one of addressesOf({ address, ipv6 })) deps.resting.add(networkId, one);
  const network = (await deps.store.list()).find(({ id }) => id === networkId);
  if (network !== undefined && state === 'ready') publishNetwork(deps, network, 'disconnect', { containerId });
}
