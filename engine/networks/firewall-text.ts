import { isIPv6 } from 'node:net';
import type { BoundPort } from './network-service.ts';
import { ANY_ADDRESS, ANY_IPV6_ADDRESS } from './ports.ts';

/** A port of the host and where it leads: both addresses are of one family. */
export interface PublishedPort extends BoundPort {
  address: string;
}

interface FirewallNetwork {
  bridge: string;
  /** Of either family. */
  subnets: readonly string[];
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

/** Elements of each set and map, as nft writes them. */
type FirewallElements = ReadonlyMap<string, readonly string[]>;

const DECLARATIONS = {
  subnets: 'set subnets { type ipv4_addr; flags interval; }',
  bridges: 'set bridges { type ifname; }',
  internal: 'set internal { type ifname; }',
  neighbours: 'set neighbours { type ifname . ifname; }',
  ports: 'map ports { type inet_proto . inet_service : ipv4_addr . inet_service; }',
  ports_at: 'map ports_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }',
  subnets6: 'set subnets6 { type ipv6_addr; flags interval; }',
  ports6: 'map ports6 { type inet_proto . inet_service : ipv6_addr . inet_service; }',
  ports6_at: 'map ports6_at { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }',
} as const;

const PUBLISHED = `
    fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @ports_at
    fib daddr type local dnat ip to meta l4proto . th dport map @ports
    fib daddr type local dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6_at
    fib daddr type local dnat ip6 to meta l4proto . th dport map @ports6`;

/**
 * The rules never change; networks and ports are elements of sets.
 *
 * - guard: a bridge may route 127/8 (see route_localnet), so nobody outside may send there.
 * - prerouting, output: published ports, for those who come from outside and for the host itself.
 * - postrouting: the host speaking from 127.0.0.1, containers speaking to the outside, a container to its own port.
 * - forward: with br_netfilter also traffic within one bridge comes by; what is not published stays unreachable.
 */
const CHAINS = `
  chain guard { type filter hook prerouting priority -310; policy accept;
    iifname != "lo" ip daddr 127.0.0.0/8 drop
  }
  chain prerouting { type nat hook prerouting priority -100; policy accept;${PUBLISHED}
  }
  chain output { type nat hook output priority -100; policy accept;${PUBLISHED}
  }
  chain postrouting { type nat hook postrouting priority 100; policy accept;
    ip saddr 127.0.0.0/8 oifname @bridges masquerade
    ip saddr @subnets oifname != @bridges masquerade
    ip saddr @subnets ct status dnat masquerade
    ip6 saddr @subnets6 oifname != @bridges masquerade
    ip6 saddr @subnets6 ct status dnat masquerade
  }
  chain forward { type filter hook forward priority 0; policy accept;
    ct state established,related accept
    iifname . oifname @neighbours accept
    iifname @internal drop
    oifname @internal drop
    oifname @bridges ct status dnat accept
    oifname @bridges drop
  }`;

export function elementsOf(state: FirewallState): FirewallElements {
  const bridgesOf = (networks: FirewallState['networks']) => networks.map(({ bridge }) => `"${bridge}"`);
  const subnets = state.networks.filter(({ masquerade }) => masquerade).flatMap((network) => network.subnets);
  const elements = new Map<string, string[]>([
    ['subnets', subnets.filter((subnet) => !isIpv6Subnet(subnet))],
    ['subnets6', subnets.filter(isIpv6Subnet)],
    ['bridges', bridgesOf(state.networks)],
    ['internal', bridgesOf(state.networks.filter(({ internal }) => internal))],
    ['neighbours', bridgesOf(state.networks.filter(({ icc }) => icc)).map((bridge) => `${bridge} . ${bridge}`)],
    ...(['ports', 'ports_at', 'ports6', 'ports6_at'] as const).map((map): [string, string[]] => [map, []]),
  ]);
  for (const port of state.ports) elements.get(mapOf(port))?.push(portElement(port));
  return elements;
}

function isIpv6Subnet(subnet: string): boolean {
  return subnet.includes(':');
}

/** Replaces the whole table in one transaction. */
export function rebuildText(table: string, state: FirewallState): string {
  const elements = elementsOf(state);
  return [
    // Adding first makes deleting one that is not there succeed.
    `add table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    ...Object.values(DECLARATIONS).map((declaration) => `  ${declaration}`),
    `${CHAINS.slice(1)}`,
    '}',
    ...[...elements].flatMap(([set, list]) => (list.length === 0 ? [] : [elementCommand('add', table, set, list)])),
  ].join('\n');
}

export function portCommands(action: 'add' | 'delete', table: string, ports: readonly PublishedPort[]): string {
  return ports
    .map((port) => elementCommand(action, table, mapOf(port), [action === 'add' ? portElement(port) : portKey(port)]))
    .join('\n');
}

function elementCommand(action: string, table: string, set: string, elements: readonly string[]): string {
  return `${action} element inet ${table} ${set} { ${elements.join(', ')} }`;
}

function mapOf(port: PublishedPort): string {
  const family = isIPv6(port.hostAddress) ? 'ports6' : 'ports';
  return isEverywhere(port) ? family : `${family}_at`;
}

function isEverywhere(port: PublishedPort): boolean {
  return port.hostAddress === ANY_ADDRESS || port.hostAddress === ANY_IPV6_ADDRESS;
}

function portKey(port: PublishedPort): string {
  const key = `${port.protocol} . ${port.hostPort}`;
  return isEverywhere(port) ? key : `${port.hostAddress} . ${key}`;
}

function portElement(port: PublishedPort): string {
  return `${portKey(port)} : ${port.address} . ${port.containerPort}`;
}

/** What `list table` printed, taken apart: the rules as text, the elements sorted. */
interface FirewallListing {
  rules: string;
  elements: FirewallElements;
}

export function parseListing(text: string): FirewallListing {
  const elements = new Map<string, string[]>();
  for (const [, name = '', body = ''] of text.matchAll(/^\t(?:set|map) (\S+) \{\n([\s\S]*?)\n\t\}/gm)) {
    const list = /elements = \{([^}]*)\}/.exec(body)?.[1] ?? '';
    elements.set(
      name,
      list
        .split(',')
        .map((element) => element.trim())
        .filter((element) => element !== ''),
    );
  }
  return { rules: text.replace(/\s*elements = \{[^}]*\}/g, ''), elements };
}

export function sameElements(one: FirewallElements, other: FirewallElements): boolean {
  const flat = (elements: FirewallElements) =>
    [...elements]
      .flatMap(([set, list]) => list.map((element) => `${set} ${element}`))
      .sort()
      .join('\n');
  return flat(one) === flat(other);
}

/** Chains of others that drop what is forwarded by default: no rule of ours can save a packet from them. */
export function foreignForwardDrops(listing: string, ownTable: string): string[] {
  const found: string[] = [];
  let table = '';
  let chain = '';
  for (const line of listing.split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    chain = /^\tchain (\S+) \{/.exec(line)?.[1] ?? chain;
    const drops = /type filter hook forward .*policy drop/.test(line);
    if (drops && table !== `inet ${ownTable}`) found.push(`${table} ${chain}`);
  }
  return found;
}

/** No rule of our own table can save a packet from another's policy: the dropping chain itself must accept it. */
export function acceptCommand(chain: string, instance: string): string {
  return ['iifname', 'oifname'].map((side) => `nft insert rule ${chain} ${side} '"${instance}*"' accept`).join(' && ');
}

/** Whether the chain's owner has put those rules, also in iptables' words, which nft shows with a counter. */
export function acceptsInstance(chain: string, instance: string): boolean {
  return ['iifname', 'oifname'].every((side) =>
    new RegExp(`^\\s*${side} "${instance}\\*"(?: counter packets \\d+ bytes \\d+)? accept`, 'm').test(chain),
  );
}

/** Whether each of our chains still has as many rules as we write. */
export function hasAllRules(listing: string): boolean {
  const found = countRules(listing);
  return [...countRules(CHAINS)].every(([chain, rules]) => found.get(chain) === rules);
}

function countRules(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, name = '', body = ''] of text.matchAll(/^\s+chain (\S+) \{([^}]*)\}/gm)) {
    const lines = body.split('\n').map((line) => line.trim());
    counts.set(name, lines.filter((line) => line !== '' && !line.startsWith('type ')).length);
  }
  return counts;
}
