import { isIP, isIPv6 } from 'node:net';
import type { NftChain, NftElement, NftElementChange, NftSetType, NftStatement, NftTable } from '../kernel/index.ts';
import {
  ACCEPT,
  CAME_BY_PORT,
  connectionIs,
  DROP,
  dnat,
  is,
  isIn,
  isNot,
  isNotIn,
  MASQUERADE,
  TO_THIS_HOST,
} from './firewall-statements.ts';
import type { GatewayMode } from './network-options.ts';
import type { BoundPort } from './network-service.ts';
import { ANY_ADDRESS, ANY_IPV6_ADDRESS } from './ports.ts';

/** A port of the host and where it leads: both addresses are of one family. */
export interface PublishedPort extends BoundPort {
  address: string;
}

interface FirewallNetwork {
  bridge: string;
  /** Of either family, with how its containers and the world outside reach each other. */
  subnets: readonly { subnet: string; mode: GatewayMode }[];
  internal: boolean;
  /** Whether its containers speak to the outside by the address of the host. */
  masquerade: boolean;
  /** Whether its containers may speak to each other. */
  icc: boolean;
}

/** All that the table has to know. */
export interface FirewallState {
  networks: readonly FirewallNetwork[];
  ports: readonly PublishedPort[];
}

const SETS = {
  subnets: { name: 'subnets', key: ['ipv4_addr'], interval: true },
  subnets6: { name: 'subnets6', key: ['ipv6_addr'], interval: true },
  routed: { name: 'routed', key: ['ipv4_addr'], interval: true },
  routed6: { name: 'routed6', key: ['ipv6_addr'], interval: true },
  unprotected: { name: 'unprotected', key: ['ipv4_addr'], interval: true },
  unprotected6: { name: 'unprotected6', key: ['ipv6_addr'], interval: true },
  opened: { name: 'opened', key: ['ipv4_addr', 'inet_proto', 'inet_service'] },
  opened6: { name: 'opened6', key: ['ipv6_addr', 'inet_proto', 'inet_service'] },
  bridges: { name: 'bridges', key: ['ifname'] },
  internal: { name: 'internal', key: ['ifname'] },
  neighbours: { name: 'neighbours', key: ['ifname', 'ifname'] },
  ports: { name: 'ports', key: ['inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] },
  ports_at: { name: 'ports_at', key: ['ipv4_addr', 'inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] },
  ports6: { name: 'ports6', key: ['inet_proto', 'inet_service'], data: ['ipv6_addr', 'inet_service'] },
  ports6_at: {
    name: 'ports6_at',
    key: ['ipv6_addr', 'inet_proto', 'inet_service'],
    data: ['ipv6_addr', 'inet_service'],
  },
} as const satisfies Record<string, NftSetType>;

type SetName = keyof typeof SETS;
type PortSet = Extract<SetName, `ports${string}` | `opened${string}`>;

const PUBLISHED: readonly (readonly NftStatement[])[] = [
  [TO_THIS_HOST, dnat('ip', 'ports_at', 'ip daddr', 'l4proto', 'th dport')],
  [TO_THIS_HOST, dnat('ip', 'ports', 'l4proto', 'th dport')],
  [TO_THIS_HOST, dnat('ip6', 'ports6_at', 'ip6 daddr', 'l4proto', 'th dport')],
  [TO_THIS_HOST, dnat('ip6', 'ports6', 'l4proto', 'th dport')],
];

/**
 * The rules never change; networks and ports are elements of sets.
 *
 * - guard: a bridge may route 127/8 (see route_localnet), so nobody outside may send there; IPv6 has no such permission.
 * - prerouting, output: published ports, for those who come from outside and for the host itself. What is sent to ::1
 *   cannot leave the host, so it stays there: refused at once, a client goes on to 127.0.0.1.
 * - postrouting: the host speaking from 127.0.0.1, containers speaking to the outside, a container to its own port.
 * - forward: with br_netfilter also traffic within one bridge comes by; what is not published stays unreachable. Routed
 *   networks are reached by their own addresses: at published ports, and by ICMP as Docker's are.
 */
const CHAINS: readonly NftChain[] = [
  {
    name: 'guard',
    type: 'filter',
    hook: 'prerouting',
    priority: -310,
    rules: [[isNot('iifname', 'lo'), is('ip daddr', '127.0.0.0/8'), DROP]],
  },
  { name: 'prerouting', type: 'nat', hook: 'prerouting', priority: -100, rules: PUBLISHED },
  {
    name: 'output',
    type: 'nat',
    hook: 'output',
    priority: -100,
    rules: [[is('ip6 daddr', '::1'), ACCEPT], ...PUBLISHED],
  },
  {
    name: 'postrouting',
    type: 'nat',
    hook: 'postrouting',
    priority: 100,
    rules: [
      [is('ip saddr', '127.0.0.0/8'), isIn('bridges', 'oifname'), MASQUERADE],
      [isIn('subnets', 'ip saddr'), isNotIn('bridges', 'oifname'), MASQUERADE],
      [isIn('subnets', 'ip saddr'), CAME_BY_PORT, MASQUERADE],
      [isIn('subnets6', 'ip6 saddr'), isNotIn('bridges', 'oifname'), MASQUERADE],
      [isIn('subnets6', 'ip6 saddr'), CAME_BY_PORT, MASQUERADE],
    ],
  },
  {
    name: 'forward',
    type: 'filter',
    hook: 'forward',
    priority: 0,
    rules: [
      [connectionIs('established', 'related'), ACCEPT],
      [isIn('neighbours', 'iifname', 'oifname'), ACCEPT],
      [isIn('internal', 'iifname'), DROP],
      [isIn('internal', 'oifname'), DROP],
      [isIn('bridges', 'oifname'), CAME_BY_PORT, ACCEPT],
      [isIn('opened', 'ip daddr', 'l4proto', 'th dport'), ACCEPT],
      [isIn('opened6', 'ip6 daddr', 'l4proto', 'th dport'), ACCEPT],
      [is('l4proto', 'icmp'), isIn('routed', 'ip daddr'), ACCEPT],
      [is('l4proto', 'ipv6-icmp'), isIn('routed6', 'ip6 daddr'), ACCEPT],
      [isIn('unprotected', 'ip daddr'), ACCEPT],
      [isIn('unprotected6', 'ip6 daddr'), ACCEPT],
      [isIn('bridges', 'oifname'), DROP],
    ],
  },
];

/** The whole table of these networks and ports. */
export function firewallTable(name: string, state: FirewallState): NftTable {
  const elements = elementsOf(state);
  return { name, sets: Object.values(SETS).map((set) => ({ ...set, elements: elements[set.name] })), chains: CHAINS };
}

function elementsOf({ networks, ports }: FirewallState): Record<SetName, NftElement[]> {
  const all = networks.flatMap((network) => network.subnets);
  const masked = networks.filter(({ masquerade }) => masquerade).flatMap((network) => network.subnets);
  const blocks = (family: 4 | 6, subnets: typeof all, ...modes: GatewayMode[]): NftElement[] =>
    subnets
      .filter(({ subnet, mode }) => isIP(subnet.split('/')[0] ?? '') === family && modes.includes(mode))
      .map(({ subnet }) => ({ key: [subnet] }));
  const bySet = Map.groupBy(ports, setOf);
  const portsOf = (set: PortSet) => (bySet.get(set) ?? []).map(portElement);
  return {
    subnets: blocks(4, masked, 'nat', 'nat-unprotected'),
    subnets6: blocks(6, masked, 'nat', 'nat-unprotected'),
    routed: blocks(4, all, 'routed'),
    routed6: blocks(6, all, 'routed'),
    unprotected: blocks(4, all, 'nat-unprotected'),
    unprotected6: blocks(6, all, 'nat-unprotected'),
    opened: portsOf('opened'),
    opened6: portsOf('opened6'),
    bridges: networks.map(({ bridge }) => ({ key: [bridge] })),
    internal: networks.filter(({ internal }) => internal).map(({ bridge }) => ({ key: [bridge] })),
    neighbours: networks.filter(({ icc }) => icc).map(({ bridge }) => ({ key: [bridge, bridge] })),
    ports: portsOf('ports'),
    ports_at: portsOf('ports_at'),
    ports6: portsOf('ports6'),
    ports6_at: portsOf('ports6_at'),
  };
}

export function portChanges(action: 'add' | 'delete', ports: readonly PublishedPort[]): NftElementChange[] {
  return ports.map((port) => ({ action, set: SETS[setOf(port)], elements: [portElement(port)] }));
}

function setOf({ hostAddress, address }: PublishedPort): PortSet {
  if (hostAddress === address) return isIPv6(address) ? 'opened6' : 'opened';
  if (isIPv6(hostAddress)) return hostAddress === ANY_IPV6_ADDRESS ? 'ports6' : 'ports6_at';
  return hostAddress === ANY_ADDRESS ? 'ports' : 'ports_at';
}

function portElement(port: PublishedPort): NftElement {
  const everywhere = [ANY_ADDRESS, ANY_IPV6_ADDRESS].includes(port.hostAddress);
  const key = [port.protocol, port.hostPort];
  if (port.hostAddress === port.address) return { key: [port.address, ...key] };
  return {
    key: everywhere ? key : [port.hostAddress, ...key],
    data: [port.address, port.containerPort],
  };
}
