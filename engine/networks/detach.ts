import type { ContainerId } from '../lib/index.ts';
import { firewallState, lockNetworks, type NetworkDeps, publishedPorts } from './deps.ts';
import { forgetUdpFlows } from './udp-flows.ts';

/** Takes back ports, namespace and addresses; nothing happens when there are none. */
export async function detachContainer(deps: NetworkDeps, containerId: ContainerId): Promise<void> {
  using _lock = await lockNetworks(deps);
  await detachLocked(deps, containerId);
}

export async function detachLocked(deps: NetworkDeps, containerId: ContainerId): Promise<void> {
  const endpoints = (await deps.store.listEndpoints()).filter((endpoint) => endpoint.containerId === containerId);
  for (const { networkId } of endpoints) {
    await deps.store.updateEndpoint(containerId, networkId, { state: 'removing' });
  }
  // The links die with the namespace, in the background; deleting them ourselves would wait for the kernel.
  await deps.kernel.dropNetns(deps.paths.netnsOf(containerId));
  const ports = publishedPorts(endpoints);
  if (ports.length > 0) await deps.firewall.removePorts(ports, await firewallState(deps.store));
  await forgetUdpFlows(
    deps,
    ports,
    endpoints.map(({ address }) => address),
  );
  for (const { networkId, address } of endpoints) {
    await deps.store.deleteEndpoint(containerId, networkId);
    deps.resting.add(networkId, address);
  }
}
