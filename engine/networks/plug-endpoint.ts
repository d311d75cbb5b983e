import { ipv4Of, ipv6Of, isBridge, type NetworkDeps } from './deps.ts';
import { parseEndpointOptions } from './endpoint-options.ts';
import { parseCidr } from './ip.ts';
import { parseBridgeOptions, parseSubLinkOptions } from './network-options.ts';
import type { EndpointConfig, EndpointRecord, NetworkRecord, NetworkSubnet } from './network-service.ts';

/** Makes the link of an endpoint as the container asked for it; with a default route when `routes`. */
export async function plugEndpoint(
  deps: NetworkDeps,
  endpoint: EndpointRecord,
  network: NetworkRecord,
  { config, routes }: { config: EndpointConfig; routes: boolean },
): Promise<void> {
  const family = (address: string, { subnet, gateway }: NetworkSubnet) => ({
    address,
    prefix: parseCidr(subnet).prefix,
    ...(routes && gateway !== undefined ? { gateway } : {}),
  });
  const subnet4 = ipv4Of(network);
  const subnet6 = ipv6Of(network);
  const { sysctls, linkLocal } = parseEndpointOptions(config);
  const { icc, mtu } = parseBridgeOptions(network.options);
  const link = {
    netns: deps.paths.netnsOf(endpoint.containerId),
    name: endpoint.ifName,
    further: linkLocal,
    ...(endpoint.address !== '' && subnet4 !== undefined ? { ipv4: family(endpoint.address, subnet4) } : {}),
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
  for (const { name, value } of sysctls) {
    await deps.kernel.writeSysctlIn(link.netns, name.replace('IFNAME', endpoint.ifName), value);
  }
}
