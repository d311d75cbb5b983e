import { EngineError } from '../errors/index.ts';
import { failpoint, shortId } from '../lib/index.ts';
import { firewallState, lockNetworks, type NetworkDeps, publishNetwork } from './deps.ts';
import { findNetwork } from './find-network.ts';
import { matchesLabels } from './list-networks.ts';
import { syncNamesLocked } from './name-zones.ts';
import type { NetworkCallOptions, NetworkRecord, NetworkService } from './network-service.ts';

export async function removeNetwork(deps: NetworkDeps, nameOrId: string, opts: NetworkCallOptions = {}): Promise<void> {
  using _lock = await lockNetworks(deps, opts.signal);
  const network = await findNetwork(deps.store, nameOrId);
  if (network.builtin) {
    throw new EngineError('denied', `${network.name} is a pre-defined network and cannot be removed`, {
      reason: 'predefined_network',
      name: network.name,
    });
  }
  await assertUnused(deps, network);
  await removeNetworkLocked(deps, network);
  publishNetwork(deps, network, 'destroy', { opts });
}

type PruneFilter = NonNullable<Parameters<NetworkService['prune']>[0]>;

export async function pruneNetworks(
  deps: NetworkDeps,
  { label = [], notLabel = [], until }: PruneFilter = {},
  opts: NetworkCallOptions = {},
): Promise<NetworkRecord[]> {
  const removed: NetworkRecord[] = [];
  for (const network of await deps.store.list()) {
    if (network.builtin || network.state !== 'ready' || !matchesLabels(network, label)) continue;
    if (notLabel.some((one) => matchesLabels(network, [one]))) continue;
    if (until !== undefined && network.createdAt >= until) continue;
    opts.signal?.throwIfAborted();
    using _lock = await lockNetworks(deps, opts.signal);
    // Somebody else may have removed it while we waited.
    if (!(await deps.store.list()).some(({ id }) => id === network.id)) continue;
    // Stopped containers come back to their networks; those that just started are in the rows by now.
    const used = (await deps.users?.containersOfNetwork(network)) ?? [];
    const endpoints = await deps.store.listEndpoints();
    if (used.length > 0 || endpoints.some(({ networkId }) => networkId === network.id)) continue;
    await removeNetworkLocked(deps, network);
    publishNetwork(deps, network, 'destroy', { opts });
    removed.push(network);
  }
  return removed;
}

/** The default networks are made by every `ensure`. */
export function isCutOff({ builtin, state }: NetworkRecord): boolean {
  return !builtin && state !== 'ready';
}

/** Also finishes a removal or takes back a creation that was cut off. */
export async function removeNetworkLocked(deps: NetworkDeps, network: NetworkRecord): Promise<void> {
  await deps.store.update(network.id, { state: 'removing' });
  await failpoint('network.removing');
  await syncNamesLocked(deps);
  await failpoint('network.unnamed');
  if (network.bridge !== undefined) await deps.kernel.deleteLink(network.bridge);
  await failpoint('network.unlinked');
  await deps.firewall.sync(await firewallState(deps.store));
  await failpoint('network.unfiltered');
  await deps.store.delete(network.id);
  await failpoint('network.gone');
}

async function assertUnused(deps: NetworkDeps, network: NetworkRecord): Promise<void> {
  const endpoints = (await deps.store.listEndpoints()).filter(({ networkId }) => networkId === network.id);
  if (endpoints.length === 0) return;
  const who = endpoints.map(({ name, containerId }) => `name:"${name}" id:"${shortId(containerId)}"`).join(', ');
  const words = `error while removing network: network ${network.name} has active endpoints (${who})`;
  throw new EngineError('in_use', words, {
    reason: 'active_endpoints',
    network: network.name,
    containers: endpoints.map(({ containerId, name }) => ({ id: containerId, name })),
  });
}
