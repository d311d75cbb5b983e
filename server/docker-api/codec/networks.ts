import { EngineError } from '#engine/errors/index.ts';
import type {
  CreateNetworkRequest,
  EndpointConfig,
  EndpointRecord,
  NetworkDetail,
  NetworkSubnet,
} from '#engine/networks/index.ts';
import { badRequest, noSwarm } from '../docker-error.ts';
import { endpointId } from './endpoint.ts';
import type { JsonObject } from './json-object.ts';

/** @param names of containers by id; without it the containers are left out, as in lists */
export function toNetwork(network: NetworkDetail, names?: ReadonlyMap<string, string>) {
  return {
    Name: network.name,
    Id: network.id,
    Created: network.createdAt.toISOString(),
    Scope: 'local',
    Driver: network.driver === 'none' ? 'null' : network.driver,
    EnableIPv4: network.subnets.length === 0 || network.subnets.some(({ subnet }) => !subnet.includes(':')),
    EnableIPv6: network.enableIpv6,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: network.subnets.length === 0 ? null : network.subnets.map(toIpamConfig),
    },
    Internal: network.internal,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: names === undefined ? {} : toContainers(network, names),
    Options: network.options,
    Labels: network.labels,
  };
}

function toIpamConfig({ subnet, gateway, ipRange, auxAddresses }: NetworkSubnet) {
  return {
    Subnet: subnet,
    ...(ipRange !== undefined && { IPRange: ipRange }),
    ...(gateway !== undefined && { Gateway: gateway }),
    ...(Object.keys(auxAddresses).length > 0 && { AuxiliaryAddresses: auxAddresses }),
  };
}

function toContainers(network: NetworkDetail, names: ReadonlyMap<string, string>) {
  const attached = network.endpoints.filter(({ state }) => state === 'ready');
  return Object.fromEntries(
    attached.map((endpoint) => [
      endpoint.containerId,
      {
        Name: names.get(endpoint.containerId) ?? endpoint.name,
        EndpointID: endpointId(endpoint.containerId, network.id),
        MacAddress: endpoint.mac,
        IPv4Address: withPrefix(endpoint.address, network.subnets, false),
        IPv6Address: withPrefix(endpoint.ipv6 ?? '', network.subnets, true),
      } satisfies Record<string, string>,
    ]),
  );
}

function withPrefix(address: EndpointRecord['address'], subnets: readonly NetworkSubnet[], v6: boolean): string {
  if (address === '') return '';
  const subnet = subnets.find((one) => one.subnet.includes(':') === v6)?.subnet;
  return subnet === undefined ? address : `${address}/${subnet.split('/')[1]}`;
}

/**
 * @throws EngineError `invalid_argument`, `not_found` (an address driver), `unsupported` for what has no meaning on one host, in
 * dockerd's texts where it has some
 */
export function fromNetworkCreate(body: JsonObject): CreateNetworkRequest {
  if (body.flag('ConfigOnly') || body.object('ConfigFrom')?.text('Network')) {
    throw new EngineError('unsupported', 'config-only networks are not supported', { reason: 'network_config_only' });
  }
  if (body.flag('Ingress')) throw badRequest('Ingress network can only be global scope network', 'network_ingress');
  if (body.text('Scope') === 'swarm') {
    const words = 'cannot create a swarm scoped network when swarm is not active';
    throw new EngineError('conflict', words, { reason: 'scope_swarm' });
  }
  if (body.text('Driver') === 'overlay') throw noSwarm();
  const ipam = body.object('IPAM');
  const driver = ipam?.text('Driver') || 'default';
  if (driver !== 'default') {
    throw new EngineError('not_found', `plugin "${driver}" not found`, { reason: 'driver_not_found', driver });
  }
  return {
    name: body.text('Name') ?? '',
    driver: body.text('Driver') || undefined,
    enableIpv4: body.flag('EnableIPv4'),
    enableIpv6: body.flag('EnableIPv6'),
    internal: body.flag('Internal'),
    labels: body.textMap('Labels'),
    options: body.textMap('Options'),
    subnets: (ipam?.objects('Config') ?? []).map((config) => ({
      // Not given is no subnet either, as for Go.
      subnet: config.text('Subnet') ?? '',
      gateway: config.text('Gateway') || undefined,
      ipRange: config.text('IPRange') || undefined,
      auxAddresses: config.textMap('AuxiliaryAddresses'),
    })),
  };
}

/** What a container asks of one network; nothing where the client sends nothing. */
export function fromEndpointConfig(network: string, body: JsonObject | undefined): EndpointConfig {
  const ipam = body?.object('IPAMConfig');
  return {
    network,
    aliases: body?.texts('Aliases'),
    ipv4: ipam?.text('IPv4Address') || undefined,
    ipv6: ipam?.text('IPv6Address') || undefined,
    mac: body?.text('MacAddress') || undefined,
    priority: body?.integer('GwPriority'),
    linkLocal: ipam?.texts('LinkLocalIPs'),
    links: someLinks(body?.texts('Links')),
    driverOpts: body === undefined ? undefined : givenOptions(body.textMap('DriverOpts')),
  };
}

function someLinks(links: string[] | undefined): string[] | undefined {
  return links?.length ? links : undefined;
}

function givenOptions(options: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(options).length === 0 ? undefined : options;
}
