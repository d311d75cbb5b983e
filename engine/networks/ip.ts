import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { EngineError } from '../errors/index.ts';

export type Family = 4 | 6;

/** A block of addresses; `base` has no bits beyond the prefix. */
export interface Cidr {
  family: Family;
  base: bigint;
  prefix: number;
}

/** @throws EngineError `invalid_argument` */
export function parseAddress(text: string): { family: Family; value: bigint } {
  if (isIPv4(text)) return { family: 4, value: joinWords(text.split('.').map(Number), 8n) };
  if (isIPv6(text) && !text.includes('%')) return { family: 6, value: joinWords(wordsOf(text), 16n) };
  throw new EngineError('invalid_argument', `"${text}" is not an IP address`, { reason: 'invalid_address' });
}

/** Dotted decimals, or the short form of RFC 5952. */
export function formatAddress(family: Family, value: bigint): string {
  if (family === 4) return splitWords(value, 4, 8n).join('.');
  const words = splitWords(value, 8, 16n).map((word) => word.toString(16));
  return new SocketAddress({ address: words.join(':'), family: 'ipv6' }).address;
}

/** The one form of an address, such as `fd00::1` for `FD00:0::1`. @throws EngineError `invalid_argument` */
export function canonicalAddress(text: string): string {
  const { family, value } = parseAddress(text);
  return formatAddress(family, value);
}

export function isIpv6(text: string): boolean {
  return text.includes(':');
}

/** Bits beyond the prefix are cut off. @throws EngineError `invalid_argument` */
export function parseCidr(text: string): Cidr {
  const [address = '', prefix = '', rest] = text.split('/');
  const known = isIPv4(address) || isIPv6(address);
  const bits = Number(prefix);
  if (!known || rest !== undefined || !/^\d{1,3}$/.test(prefix) || bits > (isIPv4(address) ? 32 : 128)) {
    throw new EngineError('invalid_argument', `"${text}" is not a subnet such as 10.1.0.0/16`, {
      reason: 'invalid_subnet',
    });
  }
  const { family, value } = parseAddress(address);
  const size = 2n ** BigInt(widthOf(family) - bits);
  return { family, base: (value / size) * size, prefix: bits };
}

export function formatCidr({ family, base, prefix }: Cidr): string {
  return `${formatAddress(family, base)}/${prefix}`;
}

function widthOf(family: Family): number {
  return family === 4 ? 32 : 128;
}

export function sizeOf({ family, prefix }: Cidr): bigint {
  return 2n ** BigInt(widthOf(family) - prefix);
}

export function contains(block: Cidr, { family, value }: { family: Family; value: bigint }): boolean {
  return family === block.family && value >= block.base && value < block.base + sizeOf(block);
}

export function overlaps(one: Cidr, other: Cidr): boolean {
  const within = (outer: Cidr, inner: Cidr) => contains(outer, { family: inner.family, value: inner.base });
  return within(one, other) || within(other, one);
}

function joinWords(words: readonly number[], bits: bigint): bigint {
  return words.reduce((value, word) => (value << bits) | BigInt(word), 0n);
}

function splitWords(value: bigint, count: number, bits: bigint): number[] {
  const mask = (1n << bits) - 1n;
  return Array.from({ length: count }, (_, at) => Number((value >> (bits * BigInt(count - 1 - at))) & mask));
}

function wordsOf(text: string): number[] {
  const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const pair = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16);
  const plain = tail === null ? text : `${tail[1]}${pair(tail[2], tail[3])}:${pair(tail[4], tail[5])}`;
  const [head = '', rest] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const middle = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].map((word) => Number.parseInt(word, 16));
}
