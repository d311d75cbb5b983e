import { EngineError } from '../errors/index.ts';
import { CleanupStack, failpoint } from '../lib/index.ts';
import { hasLinks, hasNames, lockNetworks, type NetworkDeps, publishNetwork } from './deps.ts';
import { detachLocked } from './detach.ts';
import { findNetwork } from './find-network.ts';
import { gatewayEndpoint } from './gateway-endpoint.ts';
import { syncNamesLocked } from './name-zones.ts';
import type { AttachRequest, EndpointConfig, EndpointRecord, NetworkRecord, Sandbox } from './network-service.ts';
import { planEndpoint } from './plan-endpoint.ts';
import { plugEndpoint } from './plug-endpoint.ts';
import { openPorts, planPorts } from './publish-ports.ts';
import { hostSandbox, readSandbox } from './sandbox.ts';

/** Gives a container its namespace, links, addresses and ports; what was left of an earlier attachment goes first. */
export async function attachContainer(deps: NetworkDeps, request: AttachRequest): Promise<Sandbox> {
  using _lock = await lockNetworks(deps, request.signal);
  const { mode, containerId } = request;
  if (mode.kind === 'container') {
    throw new EngineError('invalid_argument', 'A container that shares a namespace is not attached itself', {
      reason: 'shared_namespace',
    });
  }
  const wanted = mode.kind === 'networks' ? mode.endpoints : [];
  const networks = await Promise.all(wanted.map((config) => readyNetwork(deps, config.network)));
  await detachLocked(deps, containerId);
  if (mode.kind === 'host') return await hostSandbox(deps);

  await using undo = new CleanupStack({ log: deps.log });
  undo.defer('detach', async () => {
    await detachLocked(deps, containerId);
    await syncNamesLocked(deps);
  });
  const endpoints = await insertEndpoints(deps, request, wanted, networks);
  await failpoint('attach.rows');
  await deps.kernel.createNetns(deps.paths.netnsOf(containerId));
  await failpoint('attach.namespace');
  const leading = gatewayEndpoint(endpoints, networks);
  for (const [index, endpoint] of endpoints.entries()) {
    const network = networks[index];
    const config = wanted[index];
    if (network === undefined || config === undefined) continue;
    await plugEndpoint(deps, endpoint, network, { config, routes: endpoint === leading });
  }
  await failpoint('attach.linked');
  if (leading !== undefined) await openPorts(deps, leading, leading.ports);
  await failpoint('attach.ports');
  if (request.signal?.aborted === true) {
    throw new EngineError('cancelled', 'Cancelled while attaching the network', {}, { cause: request.signal.reason });
  }
  for (const { networkId } of endpoints) await deps.store.updateEndpoint(containerId, networkId, { state: 'ready' });
  await failpoint('attach.ready');
  const sandbox = await readSandbox(deps, request);
  undo.commit();
  if (networks.some(hasNames)) await syncNamesLocked(deps);
  await failpoint('attach.names');
  for (const network of networks) publishNetwork(deps, network, 'connect', { containerId });
  return sandbox;
}

/** One row after the other, so that each sees what the others took; all before anything is made. */
async function insertEndpoints(
  deps: NetworkDeps,
  request: AttachRequest,
  configs: readonly EndpointConfig[],
  networks: readonly NetworkRecord[],
): Promise<EndpointRecord[]> {
  const endpoints: EndpointRecord[] = [];
  for (const [index, config] of configs.entries()) {
    const network = networks[index];
    if (network === undefined) continue;
    const endpoint = await planEndpoint(deps, network, request, config);
    await deps.store.insertEndpoint(endpoint);
    endpoints.push(endpoint);
  }
  const leading = gatewayEndpoint(endpoints, networks);
  const network = networks.find(({ id }) => id === leading?.networkId);
  if (leading === undefined || network === undefined) return endpoints;
  const ports = await planPorts(deps, request, leading, network);
  await deps.store.updateEndpoint(leading.containerId, leading.networkId, { ports });
  leading.ports = ports;
  return endpoints;
}

/** @throws EngineError `not_found`, `unavailable`, `invalid_argument` (a network that is no bridge) */
export async function readyNetwork(deps: NetworkDeps, nameOrId: string): Promise<NetworkRecord> {
  const network = await findNetwork(deps.store, nameOrId);
  if (network.driver === 'host' || network.driver === 'none') {
    const words =
      network.driver === 'host'
        ? 'cannot connect container to host network - container must be created in host network mode'
        : 'container cannot be connected to multiple networks with one of the networks in private (none) mode';
    throw new EngineError('invalid_argument', words, { reason: 'exclusive_network', network: network.name });
  }
  if (hasLinks(network) && network.state === 'ready') return network;
  throw new EngineError('unavailable', `Network ${network.name} is not ready`, {
    reason: 'network_not_ready',
    network: network.name,
  });
}
