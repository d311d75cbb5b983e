import type { ContainerId } from '../lib/index.ts';
import { lockNetworks, type NetworkDeps } from './deps.ts';
import { syncNamesLocked } from './name-zones.ts';
import { endpointsOf } from './sandbox.ts';

/** Nothing happens to a container that is on no network. */
export async function renameEndpoints(deps: NetworkDeps, containerId: ContainerId, name: string): Promise<void> {
  using _lock = await lockNetworks(deps);
  await renameEndpointsLocked(deps, containerId, name);
}

export async function renameEndpointsLocked(deps: NetworkDeps, containerId: ContainerId, name: string): Promise<void> {
  const endpoints = await endpointsOf(deps, containerId);
  for (const { networkId } of endpoints) await deps.store.updateEndpoint(containerId, networkId, { name });
  if (endpoints.length > 0) await syncNamesLocked(deps);
}
