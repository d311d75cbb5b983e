import { randomInt } from 'node:crypto';
import { addressesOf, firewallState, isBridge, type NetworkDeps, publishedPorts } from './deps.ts';
import { hostAddresses } from './host-addresses.ts';
import { readHostListeners } from './host-listeners.ts';
import { isIpv6 } from './ip.ts';
import { parseBridgeOptions } from './network-options.ts';
import type { BoundPort, ContainerIdentity, EndpointRecord, NetworkRecord } from './network-service.ts';
import { allocatePorts, isAny, randomRangePort } from './ports.ts';
import { forgetUdpFlows } from './udp-flows.ts';

/** Ports of the host for what the container publishes, as this endpoint can serve them; nothing is written. */
export async function planPorts(
  deps: NetworkDeps,
  container: ContainerIdentity,
  endpoint: EndpointRecord,
  network: NetworkRecord,
): Promise<BoundPort[]> {
  if (container.ports.length === 0 || !isBridge(network)) return [];
  const { hostBinding, gatewayModes } = parseBridgeOptions(network.options);
  return allocatePorts({
    containerId: container.containerId,
    name: container.name,
    address: endpoint.address,
    ipv6: endpoint.ipv6,
    routed: { 4: gatewayModes[4] === 'routed', 6: gatewayModes[6] === 'routed' },
    bindings: container.ports.map((port) => ({ ...port, hostAddress: port.hostAddress || hostBinding })),
    // Those it has on another of its networks are about to move here.
    use: { endpoints: others(await deps.store.listEndpoints(), container), listeners: await readHostListeners() },
    hostAddresses: await hostAddresses(deps),
    firstRandom: randomRangePort(randomInt(2 ** 24)),
  });
}

function others(endpoints: readonly EndpointRecord[], { containerId }: ContainerIdentity): EndpointRecord[] {
  return endpoints.filter((endpoint) => endpoint.containerId !== containerId);
}

/**
 * The ports of an endpoint that now leads to the container: those the one before had, unless they, or these, are reached at
 * the container's own address, which is another one on each network.
 */
export async function movedPorts(
  deps: NetworkDeps,
  container: ContainerIdentity,
  { to, network, had = [] }: { to: EndpointRecord; network: NetworkRecord; had?: readonly BoundPort[] | undefined },
): Promise<readonly BoundPort[]> {
  const { gatewayModes } = parseBridgeOptions(network.options);
  const hosts = await hostAddresses(deps);
  const isOfHost = ({ hostAddress }: BoundPort) =>
    isAny(hostAddress) || hostAddress.startsWith('127.') || hosts.has(hostAddress);
  const keeps = had.length > 0 && had.every(isOfHost) && !Object.values(gatewayModes).includes('routed');
  return keeps ? had : await planPorts(deps, container, to, network);
}

/** Saves the ports on the endpoint and lets the firewall lead there. */
export async function openPorts(
  deps: NetworkDeps,
  endpoint: EndpointRecord,
  ports: readonly BoundPort[],
): Promise<void> {
  // Whoever wants to reach a container in the network of the host asks its own address.
  if (ports.length === 0 || endpoint.hostIf === '') return;
  const served = ports.filter(({ hostAddress }) =>
    isIpv6(hostAddress) ? endpoint.ipv6 !== undefined : endpoint.address !== '',
  );
  await deps.store.updateEndpoint(endpoint.containerId, endpoint.networkId, { ports: served });
  const published = publishedPorts([{ ...endpoint, ports: served }]);
  await deps.firewall.addPorts(published, await firewallState(deps.store));
  if (published.some(({ protocol }) => protocol === 'udp')) {
    await forgetUdpFlows(deps, published, [...(await hostAddresses(deps))]);
  }
}

/** The rows say already that these ports are nobody's. */
export async function closePorts(deps: NetworkDeps, endpoints: readonly EndpointRecord[]): Promise<void> {
  const ports = publishedPorts(endpoints);
  if (ports.length === 0) return;
  await deps.firewall.removePorts(ports, await firewallState(deps.store));
  await forgetUdpFlows(deps, ports, endpoints.flatMap(addressesOf));
}
