import { type AttributeTree, bigEndian, encodeTree, text } from './attribute-tree.ts';
import { type NetlinkMessage, NLM } from './netlink-message.ts';
import { NFTA } from './nft-attributes.ts';
import { ruleExpressions } from './nft-rule.ts';
import type {
  NftChain,
  NftElement,
  NftElementChange,
  NftSet,
  NftSetType,
  NftStatement,
  NftTable,
} from './nft-table.ts';
import { type EncodedElement, encodeElement, typeId, widthOf } from './nft-value.ts';

/** Types of messages and flags of <linux/netfilter/nf_tables.h>, the ones we use. */
const SUBSYSTEM = 10;
const NEW_TABLE = 0;
const GET_TABLE = 1;
const DELETE_TABLE = 2;
const NEW_CHAIN = 3;
const GET_CHAIN = 4;
const NEW_RULE = 6;
const GET_RULE = 7;
const DELETE_RULE = 8;
const NEW_SET = 9;
const GET_SET = 10;
const NEW_ELEMENT = 12;
const GET_ELEMENT = 13;
const DELETE_ELEMENT = 14;
const GET_GENERATION = 16;
const BATCH_BEGIN = 0x10;
const BATCH_END = 0x11;
const APPEND = 0x800;

export const INET = 1;
const EVERY_FAMILY = 0;
const HOOKS: Readonly<Record<NftChain['hook'], number>> = { prerouting: 0, forward: 2, output: 3, postrouting: 4 };
export const FORWARD_HOOK = HOOKS.forward;
export const INPUT_HOOK = 1;
export const ACCEPT = 1;
const SET_INTERVAL = 4;
const SET_MAP = 8;
const ELEMENT_END = 1;
/** An attribute is at most 64 KiB long. */
const ELEMENTS_PER_MESSAGE = 256;

/**
 * Note of the nft program to itself, kept by the kernel: the key has the byte order of the host (type 0, 4 bytes, 1).
 * Without it the program shows names of links as empty.
 */
const NAMES_ARE_TEXT = Buffer.from([0, 4, 1, 0, 0, 0]);

/** Bytes of `struct nfgenmsg`, which precedes the attributes. */
export const NFGEN_BYTES = 4;

/** One message of a transaction and, for errors, what it is about. */
export interface NftStep {
  what: string;
  message: NetlinkMessage;
}

function nftMessage(type: number, flags: number, attributes: AttributeTree, family: number = INET): NetlinkMessage {
  const header = Buffer.from([family, 0, 0, 0]);
  return { type: (SUBSYSTEM << 8) | type, flags, body: Buffer.concat([header, encodeTree(attributes)]) };
}

/** What stands before and behind the messages of a transaction. */
export function batchBorders(): { begin: NetlinkMessage; end: NetlinkMessage } {
  const body = Buffer.from([0, 0, 0, SUBSYSTEM]);
  return { begin: { type: BATCH_BEGIN, flags: 0, body }, end: { type: BATCH_END, flags: 0, body } };
}

/** Takes the old table away and makes the new one. */
export function replaceTable(table: NftTable): NftStep[] {
  return [
    // Adding first makes deleting one that is not there succeed.
    tableStep(NEW_TABLE, table.name),
    deleteTable(table.name),
    tableStep(NEW_TABLE, table.name),
    ...table.sets.map((set, index) => newSet(table.name, set, index + 1)),
    ...table.chains.map((chain) => newChain(table.name, chain)),
    ...table.chains.flatMap(({ name, rules }) =>
      rules.map((rule, index) => newRule(table.name, name, rule, index + 1)),
    ),
    ...table.sets.flatMap((set) => chunks(set.elements).map((chunk) => newElements(table.name, set, chunk))),
  ];
}

function tableStep(type: number, name: string): NftStep {
  const flags = type === NEW_TABLE ? NLM.create : 0;
  return { what: `table ${name}`, message: nftMessage(type, flags, [[NFTA.table.name, text(name)]]) };
}

export function deleteTable(name: string): NftStep {
  return tableStep(DELETE_TABLE, name);
}

/** All that the kernel says of a set but its elements. */
export function setAttributes(set: NftSetType): AttributeTree {
  const flags = (set.interval === true ? SET_INTERVAL : 0) | (set.data === undefined ? 0 : SET_MAP);
  return [
    [NFTA.set.name, text(set.name)],
    // The kernel does not say that there are none.
    ...(flags === 0 ? [] : ([[NFTA.set.flags, bigEndian(flags)]] as const)),
    [NFTA.set.keyType, bigEndian(typeId(set.key))],
    [NFTA.set.keyLength, bigEndian(widthOf(set.key))],
    ...(set.data === undefined
      ? []
      : ([
          [NFTA.set.dataType, bigEndian(typeId(set.data))],
          [NFTA.set.dataLength, bigEndian(widthOf(set.data))],
        ] as const)),
  ];
}

function newSet(table: string, set: NftSet, id: number): NftStep {
  const attributes: AttributeTree = [
    [NFTA.set.table, text(table)],
    ...setAttributes(set),
    [NFTA.set.id, bigEndian(id)],
    ...(set.key[0] === 'ifname' ? ([[NFTA.set.userData, NAMES_ARE_TEXT]] as const) : []),
  ];
  return { what: `set ${set.name}`, message: nftMessage(NEW_SET, NLM.create, attributes) };
}

/** All that the kernel says of a chain but its rules. */
export function chainAttributes(chain: NftChain): AttributeTree {
  return [
    [NFTA.chain.name, text(chain.name)],
    [
      NFTA.chain.hook,
      [
        [NFTA.hook.number, bigEndian(HOOKS[chain.hook])],
        [NFTA.hook.priority, bigEndian(chain.priority)],
      ],
    ],
    [NFTA.chain.policy, bigEndian(ACCEPT)],
    [NFTA.chain.type, text(chain.type)],
  ];
}

function newChain(table: string, chain: NftChain): NftStep {
  const attributes: AttributeTree = [[NFTA.chain.table, text(table)], ...chainAttributes(chain)];
  return { what: `chain ${chain.name}`, message: nftMessage(NEW_CHAIN, NLM.create, attributes) };
}

function newRule(table: string, chain: string, statements: readonly NftStatement[], number: number): NftStep {
  const attributes: AttributeTree = [
    [NFTA.rule.table, text(table)],
    [NFTA.rule.chain, text(chain)],
    [NFTA.rule.expressions, ruleExpressions(statements)],
  ];
  return { what: `rule ${number} of chain ${chain}`, message: nftMessage(NEW_RULE, NLM.create | APPEND, attributes) };
}

/** Elements one by one, so that a refusal names the one it is about. */
export function changeElements(table: string, changes: readonly NftElementChange[]): NftStep[] {
  return changes.flatMap(({ action, set, elements }) =>
    elements.map((element) => (action === 'add' ? newElements : deleteElements)(table, set, [element])),
  );
}

function newElements(table: string, set: NftSetType, elements: readonly NftElement[]): NftStep {
  const encoded = elements.flatMap(({ key, data }) => encodeElement(set, key, data));
  // What is there already is refused: two containers must not share a port.
  return elementsStep(NEW_ELEMENT, NLM.create | NLM.excl, { table, set: set.name, elements, encoded });
}

function deleteElements(table: string, set: NftSetType, elements: readonly NftElement[]): NftStep {
  const { name, key, interval = false } = set;
  const encoded = elements.flatMap((element) => encodeElement({ name, key, interval }, element.key, undefined));
  return elementsStep(DELETE_ELEMENT, 0, { table, set: name, elements, encoded });
}

function elementsStep(
  type: number,
  flags: number,
  about: { table: string; set: string; elements: readonly NftElement[]; encoded: readonly EncodedElement[] },
): NftStep {
  const words = about.elements.map(({ key }) => key.join(' . '));
  const list: AttributeTree = about.encoded.map((element) => [NFTA.list.element, elementAttributes(element)] as const);
  const attributes: AttributeTree = [
    [NFTA.elements.table, text(about.table)],
    [NFTA.elements.set, text(about.set)],
    [NFTA.elements.list, list],
  ];
  const which = words.length === 1 ? `element ${words[0]}` : `elements ${words[0]} to ${words.at(-1)}`;
  return { what: `${which} of ${about.set}`, message: nftMessage(type, flags, attributes) };
}

function elementAttributes({ key, data, isEnd }: EncodedElement): AttributeTree {
  return [
    [NFTA.element.key, [[NFTA.data.value, key]]],
    ...(data === undefined ? [] : ([[NFTA.element.data, [[NFTA.data.value, data]]]] as const)),
    ...(isEnd ? ([[NFTA.element.flags, bigEndian(ELEMENT_END)]] as const) : []),
  ];
}

function chunks<T>(list: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let first = 0; first < list.length; first += ELEMENTS_PER_MESSAGE) {
    found.push(list.slice(first, first + ELEMENTS_PER_MESSAGE));
  }
  return found;
}

export function getGeneration(): NetlinkMessage {
  return nftMessage(GET_GENERATION, NLM.ack, [], EVERY_FAMILY);
}

export function getTable(name: string): NetlinkMessage {
  return nftMessage(GET_TABLE, NLM.ack, [[NFTA.table.name, text(name)]]);
}

/** The kernel cannot be asked for the chains of one table only. */
export function dumpChains(): NetlinkMessage {
  return nftMessage(GET_CHAIN, NLM.dump, [], EVERY_FAMILY);
}

export function dumpSets(table: string): NetlinkMessage {
  return nftMessage(GET_SET, NLM.dump, [[NFTA.set.table, text(table)]]);
}

export function dumpElements(table: string, set: string): NetlinkMessage {
  return nftMessage(GET_ELEMENT, NLM.dump, [
    [NFTA.elements.table, text(table)],
    [NFTA.elements.set, text(set)],
  ]);
}

export function dumpRules(table: string, chain: string, family: number = INET): NetlinkMessage {
  const attributes: AttributeTree = [
    [NFTA.rule.table, text(table)],
    [NFTA.rule.chain, text(chain)],
  ];
  return nftMessage(GET_RULE, NLM.dump, attributes, family);
}

/** A rule of ours among those of somebody else: behind them, or before the one with this handle. */
export function newForeignRule(
  place: { family: number; table: string; chain: string },
  rule: { expressions: AttributeTree; comment: string; before: Buffer | undefined },
): NftStep {
  const attributes: AttributeTree = [
    [NFTA.rule.table, text(place.table)],
    [NFTA.rule.chain, text(place.chain)],
    [NFTA.rule.expressions, rule.expressions],
    [NFTA.rule.userData, commentData(rule.comment)],
    ...(rule.before === undefined ? [] : ([[NFTA.rule.position, rule.before]] as const)),
  ];
  const flags = NLM.create | (rule.before === undefined ? APPEND : 0);
  return { what: `a rule in chain ${place.chain}`, message: nftMessage(NEW_RULE, flags, attributes, place.family) };
}

export function deleteForeignRule(place: { family: number; table: string; chain: string }, handle: Buffer): NftStep {
  const attributes: AttributeTree = [
    [NFTA.rule.table, text(place.table)],
    [NFTA.rule.chain, text(place.chain)],
    [NFTA.rule.handle, handle],
  ];
  return { what: `our rule in chain ${place.chain}`, message: nftMessage(DELETE_RULE, 0, attributes, place.family) };
}

/** A comment as the nft program and iptables note it: type 0, length, text. */
export function commentData(comment: string): Buffer {
  const words = text(comment);
  return Buffer.concat([Buffer.from([0, words.length]), words]);
}
