import { randomBytes } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import { hostLinkPrefix, ipv4Of, ipv6Of, isBridge, type NetworkDeps } from './deps.ts';
import { allocateAddress } from './ipam.ts';
import { macForAddress, parseMac } from './mac.ts';
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
  checkSettings(network, config);
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
  const address = allocateAddress({
    ...ipv4Of(network),
    used: new Set(neighbours.map((neighbour) => neighbour.address)),
    resting,
    wanted: config.ipv4,
  });
  const subnet6 = ipv6Of(network);
  const used6 = new Set(neighbours.flatMap(({ ipv6 }) => ipv6 ?? []));
  return {
    containerId: container.containerId,
    networkId: network.id,
    name: container.name,
    state: 'creating',
    address,
    ipv6: subnet6 && allocateAddress({ ...subnet6, used: used6, resting, wanted: config.ipv6 }),
    mac: macOf(network, address, config.mac, neighbours),
    // Not derived from the container: the link of its last run may still be on its way out.
    hostIf: isBridge(network) ? hostLinkPrefix(deps.instance) + randomBytes(3).toString('hex') : '',
    ifName: freeIfName(own),
    priority: config.priority ?? 0,
    aliases: [...new Set(config.aliases)],
    dns: [...(container.dns ?? [])],
    ports: [],
  };
}

/** In Docker's words. */
function checkSettings(network: NetworkRecord, { aliases = [], ipv4, ipv6 }: EndpointConfig): void {
  const problems: string[] = [];
  if (network.builtin && (ipv4 !== undefined || ipv6 !== undefined)) {
    problems.push('user specified IP address is supported on user defined networks only');
  }
  if (network.builtin && aliases.length > 0) {
    problems.push('network-scoped alias is supported only for containers in user defined networks');
  }
  if (ipv6 !== undefined && ipv6Of(network) === undefined) {
    problems.push(`no configured subnet contains IP address ${ipv6}`);
  }
  if (problems.length === 0) return;
  const message = `invalid config for network ${network.name}: invalid endpoint settings:\n${problems.join('\n')}`;
  throw new EngineError('invalid_argument', message, { reason: 'invalid_endpoint', network: network.name });
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

function freeIfName(own: readonly EndpointRecord[]): string {
  const taken = new Set(own.map(({ ifName }) => ifName));
  for (let index = 0; ; index++) if (!taken.has(`eth${index}`)) return `eth${index}`;
}
