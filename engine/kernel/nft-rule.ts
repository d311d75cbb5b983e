import { type AttributeTree, bigEndian, hostEndian, text } from './attribute-tree.ts';
import { NFTA } from './nft-attributes.ts';
import type { ChainPass, NftConnectionFlag, NftField, NftStatement, NftType, NftValue } from './nft-table.ts';
import { parseBlock, valueBytes } from './nft-value.ts';

/**
 * Rules as the kernel runs them: a list of expressions that work on registers (<linux/netfilter/nf_tables.h>). A
 * register is counted here by its first word of four bytes.
 */
const NFPROTO = { ip: 2, ip6: 10 } as const;
const META = { iifname: 6, oifname: 7, nfproto: 15, l4proto: 16 } as const;
const BASE = { network: 1, transport: 2 } as const;
const COMPARE = { equal: 0, unequal: 1 } as const;
const LOOKUP_INVERTED = 1;
const VERDICT = { drop: 0, accept: 1 } as const;
const CONNECTION_KEY = { state: 0, status: 2 } as const;
const CONNECTION_FLAGS: Readonly<Record<NftConnectionFlag, number>> = { established: 2, related: 4, dnat: 0x20 };
const FIB_ADDRESS_TYPE = 3;
const FIB_OF_DESTINATION = 2;
const RTN_LOCAL = 2;
const NAT_DESTINATION = 1;

type Expression = AttributeTree[number];

/** Where a field comes from; `protocol` is what the packet must be to have it. */
type Source =
  | { type: NftType; meta: number; protocol?: undefined }
  | { type: NftType; base: number; offset: number; length: number; protocol?: 'ip' | 'ip6' };

const SOURCES: Readonly<Record<NftField, Source>> = {
  iifname: { type: 'ifname', meta: META.iifname },
  oifname: { type: 'ifname', meta: META.oifname },
  l4proto: { type: 'inet_proto', meta: META.l4proto },
  'th dport': { type: 'inet_service', base: BASE.transport, offset: 2, length: 2 },
  'ip saddr': { type: 'ipv4_addr', base: BASE.network, offset: 12, length: 4, protocol: 'ip' },
  'ip daddr': { type: 'ipv4_addr', base: BASE.network, offset: 16, length: 4, protocol: 'ip' },
  'ip6 saddr': { type: 'ipv6_addr', base: BASE.network, offset: 8, length: 16, protocol: 'ip6' },
  'ip6 daddr': { type: 'ipv6_addr', base: BASE.network, offset: 24, length: 16, protocol: 'ip6' },
};
const WORDS: Readonly<Record<NftType, number>> = {
  ipv4_addr: 1,
  ipv6_addr: 4,
  inet_proto: 1,
  inet_service: 1,
  ifname: 4,
};

/** The content of a rule's list of expressions. */
export function ruleExpressions(statements: readonly NftStatement[]): AttributeTree {
  const asked = new Set<string>();
  return statements.flatMap((statement) => [
    ...protocolsOf(statement).flatMap((protocol) => {
      // A rule of a table for both protocols asks once which one the packet is of.
      if (asked.has(protocol)) return [];
      asked.add(protocol);
      return [loadMeta(META.nfproto, 0), compare(0, true, Buffer.from([NFPROTO[protocol]]))];
    }),
    ...statementExpressions(statement),
  ]);
}

function protocolsOf(statement: NftStatement): ('ip' | 'ip6')[] {
  const fields =
    statement.kind === 'compare' ? [statement.field] : 'fields' in statement ? statement.fields : ([] as const);
  return fields.flatMap((field) => SOURCES[field].protocol ?? []);
}

function statementExpressions(statement: NftStatement): Expression[] {
  switch (statement.kind) {
    case 'compare':
      return compareField(statement.field, statement.equal, statement.value);
    case 'lookup':
      return [...loadAll(statement.fields), lookup(statement.set, { inside: statement.inside })];
    case 'local':
      return [fibAddressType(0), compare(0, true, hostEndian(RTN_LOCAL))];
    case 'connection': {
      const mask = hostEndian(statement.flags.reduce((sum, flag) => sum | CONNECTION_FLAGS[flag], 0));
      const none = Buffer.alloc(4);
      return [loadConnection(CONNECTION_KEY[statement.key], 0), bitwiseAnd(0, mask), compare(0, false, none)];
    }
    case 'dnat': {
      const port = WORDS[statement.family === 'ip' ? 'ipv4_addr' : 'ipv6_addr'];
      return [
        ...loadAll(statement.fields),
        lookup(statement.map, { into: 0 }),
        destinationNat(NFPROTO[statement.family], 0, port),
      ];
    }
    case 'masquerade':
      return [expression('masq', [])];
    case 'verdict':
      return [verdict(VERDICT[statement.verdict])];
  }
}

function compareField(field: NftField, equal: boolean, value: NftValue): Expression[] {
  const source = SOURCES[field];
  if (!String(value).includes('/')) return [load(field, 0), compare(0, equal, valueBytes(source.type, value))];
  const { address, prefix } = parseBlock(String(value));
  const length = prefix / 8;
  if ('meta' in source || !Number.isInteger(length)) throw new RangeError(`${field} cannot be compared with ${value}`);
  return [loadPayload({ ...source, length }, 0), compare(0, equal, address.subarray(0, length))];
}

/** Fields one behind the other, as in the key of a set. */
function loadAll(fields: readonly NftField[]): Expression[] {
  let word = 0;
  return fields.map((field) => {
    const loaded = load(field, word);
    word += WORDS[SOURCES[field].type];
    return loaded;
  });
}

function load(field: NftField, word: number): Expression {
  const source = SOURCES[field];
  return 'meta' in source ? loadMeta(source.meta, word) : loadPayload(source, word);
}

function loadPayload({ base, offset, length }: Extract<Source, { base: number }>, word: number): Expression {
  return expression('payload', [
    [NFTA.payload.register, register(word)],
    [NFTA.payload.base, bigEndian(base)],
    [NFTA.payload.offset, bigEndian(offset)],
    [NFTA.payload.length, bigEndian(length)],
  ]);
}

function loadMeta(key: number, word: number): Expression {
  return expression('meta', [
    [NFTA.meta.register, register(word)],
    [NFTA.meta.key, bigEndian(key)],
  ]);
}

function loadConnection(key: number, word: number): Expression {
  return expression('ct', [
    [NFTA.connection.register, register(word)],
    [NFTA.connection.key, bigEndian(key)],
  ]);
}

function fibAddressType(word: number): Expression {
  return expression('fib', [
    [NFTA.fib.register, register(word)],
    [NFTA.fib.result, bigEndian(FIB_ADDRESS_TYPE)],
    [NFTA.fib.flags, bigEndian(FIB_OF_DESTINATION)],
  ]);
}

function compare(word: number, equal: boolean, value: Buffer): Expression {
  return expression('cmp', [
    [NFTA.compare.register, register(word)],
    [NFTA.compare.operation, bigEndian(equal ? COMPARE.equal : COMPARE.unequal)],
    [NFTA.compare.data, [[NFTA.data.value, value]]],
  ]);
}

function bitwiseAnd(word: number, mask: Buffer): Expression {
  return expression('bitwise', [
    [NFTA.bitwise.from, register(word)],
    [NFTA.bitwise.to, register(word)],
    [NFTA.bitwise.length, bigEndian(mask.length)],
    [NFTA.bitwise.mask, [[NFTA.data.value, mask]]],
    [NFTA.bitwise.xor, [[NFTA.data.value, Buffer.alloc(mask.length)]]],
  ]);
}

function lookup(set: string, how: { inside: boolean } | { into: number }): Expression {
  const into: AttributeTree = 'into' in how ? [[NFTA.lookup.to, register(how.into)]] : [];
  const flags = 'inside' in how && !how.inside ? LOOKUP_INVERTED : 0;
  return expression('lookup', [
    [NFTA.lookup.set, text(set)],
    [NFTA.lookup.from, register(0)],
    ...into,
    [NFTA.lookup.flags, bigEndian(flags)],
  ]);
}

function destinationNat(family: number, address: number, port: number): Expression {
  return expression('nat', [
    [NFTA.nat.type, bigEndian(NAT_DESTINATION)],
    [NFTA.nat.family, bigEndian(family)],
    [NFTA.nat.address, register(address)],
    [NFTA.nat.port, register(port)],
  ]);
}

function verdict(code: number): Expression {
  // The verdict has a register of its own.
  return expression('immediate', [[NFTA.immediate.register, bigEndian(0)], verdictData(code)]);
}

function verdictData(code: number): AttributeTree[number] {
  return [NFTA.immediate.data, [[NFTA.data.verdict, [[NFTA.verdict.code, bigEndian(code)]]]]];
}

function expression(name: string, data: AttributeTree): Expression {
  return [
    NFTA.list.element,
    [
      [NFTA.expression.name, text(name)],
      [NFTA.expression.data, data],
    ],
  ];
}

/** Where sixteen bytes begin the kernel says the number of the large register, elsewhere that of the small one. */
function register(word: number): Buffer {
  return bigEndian(word % 4 === 0 ? 1 + word / 4 : 8 + word);
}

type Side = 'iifname' | 'oifname';

/** What a rule's expressions look like: their names and what their data must say. */
export type RulePattern = readonly [name: string, data: AttributeTree][];

/**
 * Patterns of the three expressions that accept by a link's name; what else a rule of others has of registers is its own
 * business. Nft compares a whole name with sixteen bytes, iptables with its letters and the zero behind them.
 */
export function acceptsLink(side: Side, link: string): RulePattern[] {
  const values = link.endsWith('*') ? [linkBytes(link)] : [linkBytes(link), valueBytes('ifname', link)];
  return values.map((value) => [
    ['meta', [[NFTA.meta.key, bigEndian(META[side])]]],
    [
      'cmp',
      [
        [NFTA.compare.operation, bigEndian(COMPARE.equal)],
        [NFTA.compare.data, [[NFTA.data.value, value]]],
      ],
    ],
    ['immediate', [verdictData(VERDICT.accept)]],
  ]);
}

/** Rules without condition behind which nothing is accepted: a drop, or an answer that refuses. */
export const CLOSING_RULES: readonly RulePattern[] = [[['immediate', [verdictData(VERDICT.drop)]]], [['reject', []]]];

/** Whether a rule speaks of this link first, whatever it does then. */
export function namesLink(side: Side, link: string): RulePattern[] {
  return acceptsLink(side, link).map((pattern) => pattern.slice(0, 2));
}

/** Rules of a pass, in words that iptables understands too: it lists and saves them as its own. */
export function passRules({ hook, links, notTo, services }: ChainPass): AttributeTree[] {
  if (hook === 'input') return links.flatMap((link) => services.map((service) => serviceRule(link, service)));
  return [
    ...links.flatMap((iifname) => notTo.map((oifname) => linkRule({ iifname, oifname }, 'drop'))),
    ...links.flatMap((link) => [linkRule({ iifname: link }, 'accept'), linkRule({ oifname: link }, 'accept')]),
  ];
}

function linkRule(sides: Readonly<Partial<Record<Side, string>>>, word: 'accept' | 'drop'): AttributeTree {
  return [...(['iifname', 'oifname'] as const).flatMap((side) => linkIs(side, sides[side])), verdict(VERDICT[word])];
}

function serviceRule(link: string, { protocol, port }: ChainPass['services'][number]): AttributeTree {
  return [
    ...linkIs('iifname', link),
    ...compareField('l4proto', true, protocol),
    ...compareField('th dport', true, port),
    verdict(VERDICT.accept),
  ];
}

function linkIs(side: Side, link: string | undefined): Expression[] {
  return link === undefined ? [] : [loadMeta(META[side], 0), compare(0, true, linkBytes(link))];
}

function linkBytes(link: string): Buffer {
  return link.endsWith('*') ? Buffer.from(link.slice(0, -1)) : text(link);
}
