import { randomBytes } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import { addressesOf, hostLinkPrefix, ipv4Of, ipv6Of, isBridge, type NetworkDeps } from './deps.ts';
import { parseEndpointOptions } from './endpoint-options.ts';
import { checkEndpointSettings } from './endpoint-settings.ts';
import { allocateAddress } from './ipam.ts';
import { macForAddress, parseMac } from './mac.ts';
import { parseBridgeOptions } from './network-options.ts';
import type { ContainerIdentity, EndpointConfig, EndpointRecord, NetworkRecord } from './network-service.ts';

/**
 * The row of a new endpoint, without ports; nothing is written.
 *
 * @throws EngineError `in_use` (address or MAC), `invalid_argument`, `resource_exhausted`, `conflict` (twice the same network)
 */
export async function planEndpoint(
  deps: NetworkDeps,
  network: NetworkRecord,
  container: ContainerIdentity,
  config: EndpointConfig,
): Promise<EndpointRecord> {
  checkEndpointSettings(network, config);
  const endpoints = await deps.store.listEndpoints();
  const own = endpoints.filter(({ containerId }) => containerId === container.containerId);
  if (own.some(({ networkId }) => networkId === network.id)) {
    throw new EngineError(
      'conflict',
      `endpoint with name ${container.name} already exists in network ${network.name}`,
      {
        reason: 'already_connected',
        network: network.name,
      },
    );
  }
  const neighbours = endpoints.filter(({ networkId }) => networkId === network.id);
  const resting = deps.resting.of(network.id);
  const used = new Set(neighbours.flatMap(addressesOf));
  const subnet4 = ipv4Of(network);
  const subnet6 = ipv6Of(network);
  const address = subnet4 && allocateAddress({ ...subnet4, used, resting, wanted: config.ipv4 });
  const ipv6 = subnet6 && allocateAddress({ ...subnet6, used, resting, wanted: config.ipv6 });
  return {
    containerId: container.containerId,
    networkId: network.id,
    name: container.name,
    state: 'creating',
    address: address ?? '',
    ipv6,
    mac: macOf(network, address ?? ipv6 ?? '', config.mac, neighbours),
    // Not derived from the container: the link of its last run may still be on its way out.
    hostIf: isBridge(network) ? hostLinkPrefix(deps.instance) + randomBytes(3).toString('hex') : '',
    ifName: ifNameOf(network, own, parseEndpointOptions(config).ifName),
    priority: config.priority ?? 0,
    aliases: [...new Set(config.aliases)],
    dns: [...(container.dns ?? [])],
    ports: [],
  };
}

function macOf(
  network: NetworkRecord,
  address: string,
  wanted: string | undefined,
  neighbours: readonly EndpointRecord[],
): string {
  if (network.driver !== 'ipvlan') return wanted === undefined ? macForAddress(address) : freeMac(wanted, neighbours);
  if (wanted === undefined) return '';
  throw new EngineError('invalid_argument', 'ipvlan interfaces do not support custom mac address assignment', {
    reason: 'mac_with_ipvlan',
  });
}

function freeMac(text: string, neighbours: readonly EndpointRecord[]): string {
  const mac = parseMac(text);
  if (!neighbours.some((neighbour) => neighbour.mac === mac)) return mac;
  throw new EngineError('in_use', `MAC address ${mac} is already in use`, { reason: 'mac_in_use', mac });
}

function ifNameOf(network: NetworkRecord, own: readonly EndpointRecord[], wanted: string | undefined): string {
  const taken = new Set(own.map(({ ifName }) => ifName));
  if (wanted !== undefined && taken.has(wanted)) {
    throw new EngineError('conflict', `the container has an interface ${wanted} already`, {
      reason: 'interface_name_taken',
      ifName: wanted,
    });
  }
  if (wanted !== undefined) return wanted;
  const { linkPrefix } = parseBridgeOptions(network.options);
  for (let index = 0; ; index++) if (!taken.has(`${linkPrefix}${index}`)) return `${linkPrefix}${index}`;
}
