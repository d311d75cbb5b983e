import { saysAll } from './attribute-tree.ts';
import { cString, listAttributes, parseAttributes } from './netlink-reply.ts';
import { NFTA } from './nft-attributes.ts';
import { NFGEN_BYTES } from './nft-message.ts';
import type { RulePattern } from './nft-rule.ts';
import type { NftSet } from './nft-table.ts';
import { type EncodedElement, encodeElement } from './nft-value.ts';

/** Attributes of a message of nf_tables, without its header. */
export function attributesOf(payload: Buffer): Buffer {
  return payload.subarray(NFGEN_BYTES);
}

/** What a chain says of itself; the rules of others are read as far as we know their words and skipped beyond. */
export interface ChainReply {
  family: number;
  table: string;
  name: string;
  /** Undefined for chains that only other chains call. */
  base: { type: string; hook: number; policy: number } | undefined;
  attributes: Buffer;
}

export function parseChain(payload: Buffer): ChainReply {
  const attributes = attributesOf(payload);
  const found = parseAttributes(attributes, 0);
  const hook = found.get(NFTA.chain.hook);
  const type = found.get(NFTA.chain.type);
  const hookNumber = hook === undefined ? undefined : parseAttributes(hook, 0).get(NFTA.hook.number);
  return {
    family: payload[0] ?? 0,
    table: cString(found.get(NFTA.chain.table)),
    name: cString(found.get(NFTA.chain.name)),
    base:
      type === undefined || hookNumber === undefined
        ? undefined
        : { type: cString(type), hook: numberOf(hookNumber), policy: numberOf(found.get(NFTA.chain.policy)) },
    attributes,
  };
}

/** Name of the set of one answer. */
export function parseSetName(payload: Buffer): string {
  return cString(parseAttributes(attributesOf(payload), 0).get(NFTA.set.name));
}

/** True when somebody has put the table to sleep. */
export function isDormant(payload: Buffer): boolean {
  return numberOf(parseAttributes(attributesOf(payload), 0).get(NFTA.table.flags)) !== 0;
}

/** The list of expressions of a rule. */
export function expressionsOf(payload: Buffer): Buffer {
  return parseAttributes(attributesOf(payload), 0).get(NFTA.rule.expressions) ?? Buffer.alloc(0);
}

/** Number by which the kernel knows a rule. */
export function handleOf(payload: Buffer): Buffer {
  return parseAttributes(attributesOf(payload), 0).get(NFTA.rule.handle) ?? Buffer.alloc(0);
}

/** What programs noted beside a rule. */
export function notesOf(payload: Buffer): Buffer {
  return parseAttributes(attributesOf(payload), 0).get(NFTA.rule.userData) ?? Buffer.alloc(0);
}

/** Whether a rule consists of these expressions, or begins with them; counters do not count. */
export function consistsOf(payload: Buffer, wanted: RulePattern, { more } = { more: false }): boolean {
  const found = listAttributes(expressionsOf(payload), 0)
    .map(([, expression]) => parseAttributes(expression, 0))
    .filter((expression) => cString(expression.get(NFTA.expression.name)) !== 'counter');
  return (
    (more || found.length === wanted.length) &&
    wanted.every(([name, data], index) => {
      const expression = found[index];
      return (
        cString(expression?.get(NFTA.expression.name)) === name &&
        saysAll(expression?.get(NFTA.expression.data) ?? Buffer.alloc(0), data)
      );
    })
  );
}

/** Each element as one line, sorted, from the answers of the kernel. */
export function foundElements(payloads: readonly Buffer[]): string[] {
  const lists = payloads.map(
    (payload) => parseAttributes(attributesOf(payload), 0).get(NFTA.elements.list) ?? Buffer.alloc(0),
  );
  const elements = lists.flatMap((list) => listAttributes(list, 0));
  return elements
    .map(([, element]) => {
      const found = parseAttributes(element, 0);
      const isEnd = numberOf(found.get(NFTA.element.flags)) !== 0;
      return elementLine({
        key: dataValue(found.get(NFTA.element.key)),
        data: found.has(NFTA.element.data) ? dataValue(found.get(NFTA.element.data)) : undefined,
        isEnd,
      });
    })
    .sort();
}

/** The same lines from the description. */
export function wantedElements(set: NftSet): string[] {
  return set.elements
    .flatMap(({ key, data }) => encodeElement(set, key, data))
    .map(elementLine)
    .sort();
}

function elementLine({ key, data, isEnd }: EncodedElement): string {
  return `${key.toString('hex')} ${data?.toString('hex') ?? ''} ${isEnd ? 'end' : ''}`;
}

function dataValue(data: Buffer | undefined): Buffer {
  return (data === undefined ? undefined : parseAttributes(data, 0).get(NFTA.data.value)) ?? Buffer.alloc(0);
}

function numberOf(data: Buffer | undefined): number {
  return data?.length === 4 ? data.readUInt32BE(0) : 0;
}
