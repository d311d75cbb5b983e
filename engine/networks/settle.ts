import { isEngineError } from '../errors/index.ts';
import { readyNetwork } from './attach.ts';
import { lockNetworks, type NetworkDeps } from './deps.ts';
import { forgetEndpoint } from './detach.ts';
import { findNetwork } from './find-network.ts';
import { gatewayEndpoint, routeThrough } from './gateway-endpoint.ts';
import { syncNamesLocked } from './name-zones.ts';
import type {
  BoundPort,
  ContainerIdentity,
  EndpointConfig,
  EndpointRecord,
  NetworkRecord,
  Sandbox,
} from './network-service.ts';
import { planEndpoint } from './plan-endpoint.ts';
import { plugEndpoint } from './plug-endpoint.ts';
import { closePorts, movedPorts, openPorts } from './publish-ports.ts';
import { endpointsOf, readSandbox } from './sandbox.ts';

/** Brings a running container to what its record asks for, after a connect or disconnect that was cut off. */
export async function settleContainer(
  deps: NetworkDeps,
  container: ContainerIdentity,
  wanted: readonly EndpointConfig[],
): Promise<{ done: string[]; sandbox: Sandbox }> {
  using _lock = await lockNetworks(deps);
  const networks = await deps.store.list();
  const done: string[] = [];
  const ids = new Set((await knownNetworks(deps, wanted)).map(([, { id }]) => id));
  const nameOf = (id: string) => networks.find((network) => network.id === id)?.name ?? id;
  const kept: BoundPort[] = [];
  for (const endpoint of await ownEndpoints(deps, container)) {
    if (endpoint.state === 'ready' && ids.has(endpoint.networkId)) continue;
    kept.push(...endpoint.ports);
    await unplug(deps, endpoint);
    done.push(`disconnected ${container.name} from network ${nameOf(endpoint.networkId)}`);
  }
  const present = new Set((await endpointsOf(deps, container.containerId)).map(({ networkId }) => networkId));
  for (const [config, { id, name }] of await knownNetworks(deps, wanted)) {
    if (present.has(id)) continue;
    await plug(deps, container, config);
    done.push(`connected ${container.name} to network ${name}`);
  }
  if (await settleGateway(deps, container, networks, kept)) done.push(`opened the ports of ${container.name}`);
  if (done.length > 0) await syncNamesLocked(deps);
  return { done, sandbox: await readSandbox(deps, container) };
}

/** A network that is gone waits for the next start, which tells it. */
async function knownNetworks(
  deps: NetworkDeps,
  wanted: readonly EndpointConfig[],
): Promise<[EndpointConfig, NetworkRecord][]> {
  const known: [EndpointConfig, NetworkRecord][] = [];
  for (const config of wanted) {
    try {
      const network = await findNetwork(deps.store, config.network);
      if (network.state === 'ready') known.push([config, network]);
    } catch (error) {
      if (!isEngineError(error, 'not_found')) throw error;
    }
  }
  return known;
}

async function ownEndpoints(deps: NetworkDeps, { containerId }: ContainerIdentity): Promise<EndpointRecord[]> {
  return (await deps.store.listEndpoints()).filter((endpoint) => endpoint.containerId === containerId);
}

/** Takes one link with its ports and address from a container that lives on. */
export async function unplug(deps: NetworkDeps, endpoint: EndpointRecord): Promise<void> {
  await deps.store.updateEndpoint(endpoint.containerId, endpoint.networkId, { state: 'removing' });
  await closePorts(deps, [endpoint]);
  if (endpoint.hostIf !== '') await deps.kernel.deleteLink(endpoint.hostIf);
  else await deps.kernel.deleteLinkIn(deps.paths.netnsOf(endpoint.containerId), endpoint.ifName);
  await forgetEndpoint(deps, endpoint);
}

async function plug(deps: NetworkDeps, container: ContainerIdentity, config: EndpointConfig): Promise<void> {
  const network = await readyNetwork(deps, config.network);
  const endpoint = await planEndpoint(deps, network, container, config);
  await deps.store.insertEndpoint(endpoint);
  await plugEndpoint(deps, endpoint, network, { config, routes: false });
  await deps.store.updateEndpoint(endpoint.containerId, network.id, { state: 'ready' });
}

/** Default route and ports are where they belong. True: ports had to be opened. */
async function settleGateway(
  deps: NetworkDeps,
  container: ContainerIdentity,
  networks: readonly NetworkRecord[],
  kept: readonly BoundPort[],
): Promise<boolean> {
  const endpoints = await endpointsOf(deps, container.containerId);
  const leading = gatewayEndpoint(endpoints, networks);
  const network = networks.find(({ id }) => id === leading?.networkId);
  const links = new Set((await deps.kernel.listLinks()).map(({ name }) => name));
  // Without its link only a restart helps, which `verify` says.
  if (leading === undefined || network === undefined || (leading.hostIf !== '' && !links.has(leading.hostIf)))
    return false;
  await routeThrough(deps, leading, network);
  const elsewhere = endpoints.filter((endpoint) => endpoint !== leading && endpoint.ports.length > 0);
  for (const { containerId, networkId } of elsewhere)
    await deps.store.updateEndpoint(containerId, networkId, { ports: [] });
  await closePorts(deps, elsewhere);
  if (leading.ports.length > 0 || container.ports.length === 0) return false;
  const had = [...kept, ...elsewhere.flatMap(({ ports }) => ports)];
  await openPorts(deps, leading, await movedPorts(deps, container, { to: leading, network, had }));
  return true;
}
