import { EngineError, isEngineError } from '../errors/index.ts';
import { CleanupStack, failpoint } from '../lib/index.ts';
import { readyNetwork } from './attach.ts';
import { lockNetworks, type NetworkDeps, publishNetwork } from './deps.ts';
import { checkEndpointSettings } from './endpoint-settings.ts';
import { findNetwork } from './find-network.ts';
import { gatewayEndpoint, routeThrough } from './gateway-endpoint.ts';
import { syncNamesLocked } from './name-zones.ts';
import type {
  ContainerIdentity,
  EndpointConfig,
  EndpointRecord,
  NetworkCallOptions,
  Sandbox,
} from './network-service.ts';
import { planEndpoint } from './plan-endpoint.ts';
import { plugEndpoint } from './plug-endpoint.ts';
import { closePorts, movedPorts, openPorts } from './publish-ports.ts';
import { endpointsOf, readSandbox } from './sandbox.ts';
import { unplug } from './settle.ts';

export async function connectContainer(
  deps: NetworkDeps,
  container: ContainerIdentity,
  config: EndpointConfig,
  opts: NetworkCallOptions = {},
): Promise<Sandbox> {
  using _lock = await lockNetworks(deps, opts.signal);
  const { containerId } = container;
  const network = await readyNetwork(deps, config.network);
  const before = await endpointsOf(deps, containerId);
  const endpoint = await planEndpoint(deps, network, container, config);

  await using undo = new CleanupStack({ log: deps.log });
  await deps.store.insertEndpoint(endpoint);
  undo.defer('forget the endpoint', () => unplug(deps, endpoint));
  await failpoint('connect.row');
  await plugEndpoint(deps, endpoint, network, { config, routes: false });
  await failpoint('connect.plugged');
  await deps.store.updateEndpoint(containerId, network.id, { state: 'ready' });
  await failpoint('connect.ready');
  undo.defer('move route and ports back', () => moveGateway(deps, container, [...before, endpoint], before));
  await moveGateway(deps, container, before, [...before, { ...endpoint, state: 'ready' }]);
  await failpoint('connect.moved');
  const sandbox = await readSandbox(deps, container);
  undo.commit();
  await syncNamesLocked(deps);
  publishNetwork(deps, network, 'connect', { containerId, opts });
  return sandbox;
}

export async function checkSettings(deps: NetworkDeps, config: EndpointConfig): Promise<void> {
  const network = (await deps.store.list()).find(({ id, name }) => id === config.network || name === config.network);
  try {
    checkEndpointSettings(network, config);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const words = `invalid config for network ${config.network}: ${error.message}`;
    throw new EngineError(error.code, words, error.details, { cause: error });
  }
}

/** What a stopped container will meet when it starts, as far as it can be known now. */
export async function checkEndpoint(
  deps: NetworkDeps,
  container: ContainerIdentity,
  config: EndpointConfig,
): Promise<void> {
  using _lock = await lockNetworks(deps);
  await planEndpoint(deps, await readyNetwork(deps, config.network), container, config);
}

export async function disconnectContainer(
  deps: NetworkDeps,
  container: ContainerIdentity,
  nameOrId: string,
  opts: NetworkCallOptions = {},
): Promise<Sandbox> {
  using _lock = await lockNetworks(deps, opts.signal);
  const network = await findNetwork(deps.store, nameOrId);
  const before = await endpointsOf(deps, container.containerId);
  const endpoint = before.find(({ networkId }) => networkId === network.id);
  if (endpoint === undefined) {
    const words = `container ${container.containerId} is not connected to network ${network.name}`;
    throw new EngineError('not_found', words, { reason: 'not_connected', network: network.name });
  }
  const after = before.filter((one) => one !== endpoint);
  await moveGateway(deps, container, before, after);
  await failpoint('disconnect.moved');
  await unplug(deps, { ...endpoint, ports: [] });
  await failpoint('disconnect.unplugged');
  await syncNamesLocked(deps);
  return await readSandbox(deps, container);
}

/** Route and ports follow from one set of endpoints to another; the same ports of the host then lead to the new address. */
async function moveGateway(
  deps: NetworkDeps,
  container: ContainerIdentity,
  before: readonly EndpointRecord[],
  after: readonly EndpointRecord[],
): Promise<void> {
  const networks = await deps.store.list();
  const from = gatewayEndpoint(before, networks);
  const to = gatewayEndpoint(after, networks);
  if (from?.networkId === to?.networkId) return;
  const own = await endpointsOf(deps, container.containerId);
  const had = own.find(({ networkId }) => networkId === from?.networkId)?.ports ?? [];
  const network = networks.find(({ id }) => id === to?.networkId);
  // Before anything is closed: a port that cannot be had on the other network must not cost those of this one.
  const ports =
    to === undefined || network === undefined ? [] : await movedPorts(deps, container, { to, network, had });
  if (from !== undefined) {
    await deps.store.updateEndpoint(from.containerId, from.networkId, { ports: [] });
    await closePorts(deps, [{ ...from, ports: had }]);
  }
  if (to === undefined || network === undefined) return;
  await routeThrough(deps, to, network);
  await openPorts(deps, to, ports);
}
