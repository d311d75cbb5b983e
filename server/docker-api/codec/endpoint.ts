import type { EndpointRecord, NetworkRecord } from '#engine/networks/index.ts';

/** One attachment of a container with the network it is to. */
export interface Attachment {
  network: Pick<NetworkRecord, 'id' | 'name' | 'subnet' | 'gateway'>;
  endpoint: Pick<EndpointRecord, 'address' | 'mac' | 'aliases'>;
}

/** A network a container asks for while it does not run. */
export function emptyEndpoint(aliases: readonly string[] = []) {
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: aliases.length === 0 ? null : [...aliases],
    MacAddress: '',
    DriverOpts: null,
    GwPriority: 0,
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

export function toEndpoint(containerId: string, { network, endpoint }: Attachment) {
  return {
    ...emptyEndpoint(endpoint.aliases),
    MacAddress: endpoint.mac,
    NetworkID: network.id,
    EndpointID: endpointId(containerId, network.id),
    Gateway: network.gateway ?? '',
    IPAddress: endpoint.address,
    IPPrefixLen: Number(network.subnet?.split('/')[1] ?? 0),
  };
}

/** Endpoints have no id of their own with us: half of the container's and half of the network's names one. */
function endpointId(containerId: string, networkId: string): string {
  return `${containerId.slice(0, 32)}${networkId.slice(0, 32)}`;
}
