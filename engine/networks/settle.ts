import { isEngineError } from '../errors/index.ts';
import type { ContainerId } from '../lib/index.ts';
import { readyNetwork } from './attach.ts';
import { isBridge, lockNetworks, type NetworkDeps } from './deps.ts';
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
import { renameEndpointsLocked } from './rename.ts';
import { endpointsOf, readSandbox } from './sandbox.ts';
import { findLostSubLinks } from './sub-links.ts';

/** Running containers whose link somebody deleted, renamed or moved away, where it can be made anew. */
export async function listUnlinked(deps: NetworkDeps): Promise<ContainerId[]> {
  using _lock = await lockNetworks(deps);
  const endpoints = (await deps.store.listEndpoints()).filter(
    ({ state, hostIf }) => state === 'ready' && hostIf !== '',
  );
  const links = endpoints.length === 0 ? new Set() : await linkNames(deps);
  const shared = (await findLostSubLinks(deps)).filter(({ parentIsThere }) => parentIsThere);
  const lost = [...endpoints.filter(({ hostIf }) => !links.has(hostIf)), ...shared.map(({ endpoint }) => endpoint)];
  return [...new Set(lost.map(({ containerId }) => containerId))];
}

/** Brings a running container to what its record asks for, after a connect or disconnect that was cut off, or the loss of a link. */
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
  done.push(...(await relink(deps, container, await knownNetworks(deps, wanted))));
  if ((await endpointsOf(deps, container.containerId)).some(({ name }) => name !== container.name)) {
    await renameEndpointsLocked(deps, container.containerId, container.name);
    done.push(`renamed ${container.name} on its networks`);
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

/** A lost link is made anew as it was: names, address, MAC. Its ports lead to the address, so that they are as before. */
async function relink(
  deps: NetworkDeps,
  container: ContainerIdentity,
  wanted: readonly [EndpointConfig, NetworkRecord][],
): Promise<string[]> {
  const done: string[] = [];
  const links = await linkNames(deps);
  const shared = (await findLostSubLinks(deps)).filter(
    ({ endpoint, parentIsThere }) => parentIsThere && endpoint.containerId === container.containerId,
  );
  for (const endpoint of await endpointsOf(deps, container.containerId)) {
    const [config, network] = wanted.find(([, { id }]) => id === endpoint.networkId) ?? [];
    if (config === undefined || network === undefined) continue;
    if (!isBridge(network)) {
      if (!shared.some((lost) => lost.endpoint.networkId === network.id)) continue;
      await plugEndpoint(deps, endpoint, network, { config, routes: false });
      done.push(`made link ${endpoint.ifName} of ${container.name} anew`);
      continue;
    }
    if (links.has(endpoint.hostIf)) continue;
    // Its end inside is still there when the host's was only renamed or moved; deleting it takes both.
    await deps.kernel.deleteLinkIn(deps.paths.netnsOf(endpoint.containerId), endpoint.ifName);
    await plugEndpoint(deps, endpoint, network, { config, routes: false });
    done.push(`made link ${endpoint.hostIf} of ${container.name} anew`);
  }
  return done;
}

async function linkNames(deps: NetworkDeps): Promise<Set<string>> {
  return new Set((await deps.kernel.listLinks()).map(({ name }) => name));
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
  if (leading === undefined || network === undefined) return false;
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
