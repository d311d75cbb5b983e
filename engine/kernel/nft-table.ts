/** What one part of a set's key or value holds. */
export type NftType = 'ipv4_addr' | 'ipv6_addr' | 'ifname' | 'inet_proto' | 'inet_service';

/** An address, block (`10.1.0.0/16`), name of a link, name of a protocol as in /etc/protocols; a number is a port. */
export type NftValue = string | number;

/** One entry of a set; of a map when it has `data`. */
export interface NftElement {
  key: readonly NftValue[];
  data?: readonly NftValue[] | undefined;
}

/** A named set, or a map when it has `data`; several types are a concatenation. */
export interface NftSetType {
  name: string;
  key: readonly NftType[];
  data?: readonly NftType[];
  /** The elements are blocks of addresses. */
  interval?: boolean;
}

export interface NftSet extends NftSetType {
  elements: readonly NftElement[];
}

/** What a rule can look at. */
export type NftField =
  | 'iifname'
  | 'oifname'
  | 'l4proto'
  | 'th dport'
  | 'ip saddr'
  | 'ip daddr'
  | 'ip6 saddr'
  | 'ip6 daddr';

/** One part of a rule; a rule goes on to the next part as long as each one holds. */
export type NftStatement =
  | { kind: 'compare'; field: NftField; equal: boolean; value: NftValue }
  | { kind: 'lookup'; fields: readonly NftField[]; set: string; inside: boolean }
  /** The packet's destination is an address of this host. */
  | { kind: 'local' }
  /** One of the flags is set. */
  | { kind: 'connection'; key: 'state' | 'status'; flags: readonly NftConnectionFlag[] }
  /** A new destination, address and port, out of a map; nothing happens when the map has none. */
  | { kind: 'dnat'; family: 'ip' | 'ip6'; fields: readonly NftField[]; map: string }
  | { kind: 'masquerade' }
  | { kind: 'verdict'; verdict: 'accept' | 'drop' };

export type NftConnectionFlag = 'established' | 'related' | 'dnat';

/** A chain that the kernel calls at a hook; what no rule decides is accepted. */
export interface NftChain {
  name: string;
  type: 'filter' | 'nat';
  hook: 'prerouting' | 'forward' | 'output' | 'postrouting';
  priority: number;
  rules: readonly (readonly NftStatement[])[];
}

/** A whole table of family inet, as plain data. */
export interface NftTable {
  name: string;
  sets: readonly NftSet[];
  chains: readonly NftChain[];
}

export interface NftElementChange {
  action: 'add' | 'delete';
  set: NftSetType;
  elements: readonly NftElement[];
}

/** How a table in the kernel compares with its description. */
export interface NftComparison {
  exists: boolean;
  /** Chains, rules and the types of the sets. */
  sameRules: boolean;
  sameElements: boolean;
}

/** Where a chain is; `family` in the words of the nft program. */
export interface NftChainPlace {
  family: string;
  table: string;
  chain: string;
}

/** A chain that drops what none of its rules accepts: by its policy, or by a last rule without condition. */
export interface ClosedChain extends NftChainPlace {
  /** What the pass asks for is accepted by rules of its own. */
  accepts: boolean;
}

/** What chains of somebody else shall let through. */
export interface ChainPass {
  /** What the host forwards, or what is meant for the host itself. */
  hook: 'forward' | 'input';
  /** Names of links, or beginnings of names that end with `*`. */
  links: readonly string[];
  /** Forwarded from the links, but not to these. */
  notTo: readonly string[];
  /** Services of the host that are open to the links. */
  services: readonly { protocol: 'tcp' | 'udp'; port: number }[];
  /** What tells our rules from those of others. */
  comment: string;
}
