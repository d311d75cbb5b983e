import { ipv4Of, ipv6Of, isBridge, type NetworkDeps } from './deps.ts';
import { parseCidr } from './ip.ts';
import { parseBridgeOptions, parseSubLinkOptions } from './network-options.ts';
import type { EndpointRecord, NetworkRecord, NetworkSubnet } from './network-service.ts';

/** Makes the link of an endpoint; with a default route when asked for. */
export async function plugEndpoint(
  deps: NetworkDeps,
  endpoint: EndpointRecord,
  network: NetworkRecord,
  routes: boolean,
): Promise<void> {
  const family = (address: string, { subnet, gateway }: NetworkSubnet) => ({
    address,
    prefix: parseCidr(subnet).prefix,
    ...(routes && gateway !== undefined ? { gateway } : {}),
  });
  const subnet6 = ipv6Of(network);
  const { icc, mtu } = parseBridgeOptions(network.options);
  const link = {
    netns: deps.paths.netnsOf(endpoint.containerId),
    name: endpoint.ifName,
    ipv4: family(endpoint.address, ipv4Of(network)),
    ...(endpoint.ipv6 !== undefined && subnet6 !== undefined ? { ipv6: family(endpoint.ipv6, subnet6) } : {}),
    ...(mtu === undefined ? {} : { mtu }),
  };
  if (isBridge(network)) {
    const { hostIf, mac } = endpoint;
    await deps.kernel.connectVeth({ ...link, bridge: network.bridge, hostIf, mac, isolated: !icc });
  } else {
    const mac = endpoint.mac === '' ? {} : { mac: endpoint.mac };
    await deps.kernel.connectSubLink({ ...link, ...mac, ...parseSubLinkOptions(network.driver, network.options) });
  }
}
