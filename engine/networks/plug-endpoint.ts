import { type BridgeNetwork, ipv4Of, ipv6Of, type NetworkDeps } from './deps.ts';
import { parseCidr } from './ip.ts';
import { parseBridgeOptions } from './network-options.ts';
import type { EndpointRecord, NetworkSubnet } from './network-service.ts';

/** Makes the link of an endpoint; with a default route when asked for. */
export async function plugEndpoint(
  deps: NetworkDeps,
  endpoint: EndpointRecord,
  network: BridgeNetwork,
  routes: boolean,
): Promise<void> {
  const { icc, mtu } = parseBridgeOptions(network.options);
  const family = (address: string, { subnet, gateway }: NetworkSubnet) => ({
    address,
    prefix: parseCidr(subnet).prefix,
    ...(routes && gateway !== undefined ? { gateway } : {}),
  });
  const subnet6 = ipv6Of(network);
  await deps.kernel.connectVeth({
    netns: deps.paths.netnsOf(endpoint.containerId),
    bridge: network.bridge,
    hostIf: endpoint.hostIf,
    name: endpoint.ifName,
    mac: endpoint.mac,
    isolated: !icc,
    ipv4: family(endpoint.address, ipv4Of(network)),
    ...(endpoint.ipv6 !== undefined && subnet6 !== undefined ? { ipv6: family(endpoint.ipv6, subnet6) } : {}),
    ...(mtu === undefined ? {} : { mtu }),
  });
}
