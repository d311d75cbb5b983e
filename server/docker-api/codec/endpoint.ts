import type { EndpointConfig, EndpointRecord, NetworkRecord } from '#engine/networks/index.ts';

/** One attachment of a container with the network it is to. */
export interface Attachment {
  network: Pick<NetworkRecord, 'id' | 'name' | 'subnets'>;
  endpoint: Pick<EndpointRecord, 'address' | 'ipv6' | 'mac' | 'aliases'>;
}

/** A network as a container asks for it, without what only one that runs has. */
export function emptyEndpoint(asked: Omit<EndpointConfig, 'network'> = {}) {
  const { aliases = [], ipv4, ipv6, mac, priority, linkLocal = [], links = [], driverOpts = {} } = asked;
  const addresses = {
    ...(ipv4 === undefined ? {} : { IPv4Address: ipv4 }),
    ...(ipv6 === undefined ? {} : { IPv6Address: ipv6 }),
    ...(linkLocal.length === 0 ? {} : { LinkLocalIPs: [...linkLocal] }),
  };
  return {
    IPAMConfig: Object.keys(addresses).length === 0 ? null : addresses,
    Links: links.length === 0 ? null : [...links],
    Aliases: aliases.length === 0 ? null : [...aliases],
    MacAddress: mac ?? '',
    DriverOpts: Object.keys(driverOpts).length === 0 ? null : { ...driverOpts },
    GwPriority: priority ?? 0,
    NetworkID: '',
    EndpointID: '',
    Gateway: '',
    IPAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null as string[] | null,
  };
}

export function toEndpoint(
  containerId: string,
  { network, endpoint }: Attachment,
  asked: Omit<EndpointConfig, 'network'> = {},
) {
  const ipv4 = network.subnets.find(({ subnet }) => !subnet.includes(':'));
  const ipv6 = network.subnets.find(({ subnet }) => subnet.includes(':'));
  return {
    ...emptyEndpoint({ ...asked, aliases: endpoint.aliases }),
    MacAddress: endpoint.mac,
    NetworkID: network.id,
    EndpointID: endpointId(containerId, network.id),
    Gateway: ipv4?.gateway ?? '',
    IPAddress: endpoint.address,
    IPPrefixLen: endpoint.address === '' ? 0 : prefixOf(ipv4?.subnet),
    ...(endpoint.ipv6 === undefined
      ? {}
      : {
          IPv6Gateway: ipv6?.gateway ?? '',
          GlobalIPv6Address: endpoint.ipv6,
          GlobalIPv6PrefixLen: prefixOf(ipv6?.subnet),
        }),
  };
}

function prefixOf(subnet: string | undefined): number {
  return Number(subnet?.split('/')[1] ?? 0);
}

/** Endpoints have no id of their own with us: half of the container's and half of the network's names one. */
export function endpointId(containerId: string, networkId: string): string {
  return `${containerId.slice(0, 32)}${networkId.slice(0, 32)}`;
}
