import { addressBytes } from './netlink-message.ts';
import type { NftSetType, NftType, NftValue } from './nft-table.ts';

/** `id` is how the nft program calls the type; the kernel only keeps it for those who list the table. */
const TYPES: Readonly<Record<NftType, { id: number; bytes: number }>> = {
  ipv4_addr: { id: 7, bytes: 4 },
  ipv6_addr: { id: 8, bytes: 16 },
  inet_proto: { id: 12, bytes: 1 },
  inet_service: { id: 13, bytes: 2 },
  ifname: { id: 41, bytes: 16 },
};
const BITS_OF_ID = 6;
const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, 'ipv6-icmp': 58 };

/** Bytes of one value as packets and registers hold it. @throws RangeError when it is no value of this type */
export function valueBytes(type: NftType, value: NftValue): Buffer {
  const out = Buffer.alloc(TYPES[type].bytes);
  switch (type) {
    case 'ipv4_addr':
    case 'ipv6_addr': {
      const address = addressBytes(String(value));
      if (address.length !== out.length) throw new RangeError(`"${value}" is no ${type}`);
      return address;
    }
    case 'inet_proto': {
      const number = PROTOCOLS[value];
      if (number === undefined) throw new RangeError(`"${value}" is no protocol`);
      out[0] = number;
      return out;
    }
    case 'inet_service':
      out.writeUInt16BE(Number(value));
      return out;
    case 'ifname':
      // The last byte stays zero.
      if (Buffer.from(String(value)).copy(out) > out.length - 1) throw new RangeError(`"${value}" is no link's name`);
      return out;
  }
}

/** Each part of a concatenation fills whole registers of four bytes. */
export function concatenationBytes(types: readonly NftType[], values: readonly NftValue[]): Buffer {
  if (types.length !== values.length) throw new RangeError(`"${values.join(' . ')}" is no ${types.join(' . ')}`);
  const parts = types.map((type, index) => valueBytes(type, values[index] ?? ''));
  return Buffer.concat(types.length === 1 ? parts : parts.map(padded));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes], (bytes.length + 3) & ~3);
}

/** Length of a value or concatenation, in bytes. */
export function widthOf(types: readonly NftType[]): number {
  return types.reduce((sum, type) => sum + (types.length === 1 ? TYPES[type].bytes : (TYPES[type].bytes + 3) & ~3), 0);
}

export function typeId(types: readonly NftType[]): number {
  return types.reduce((id, type) => (id << BITS_OF_ID) | TYPES[type].id, 0);
}

interface Block {
  /** The first one. */
  address: Buffer;
  prefix: number;
  mask: Buffer;
}

export function parseBlock(block: string): Block {
  const [base = '', bits = ''] = block.split('/');
  const given = addressBytes(base);
  const prefix = Number(bits);
  if (!/^\d+$/.test(bits) || prefix > given.length * 8) throw new RangeError(`"${block}" is no block of addresses`);
  const mask = Buffer.from(given.map((_, index) => (0xff00 >> Math.max(0, Math.min(8, prefix - index * 8))) & 0xff));
  return { address: Buffer.from(given.map((byte, index) => byte & (mask[index] ?? 0))), prefix, mask };
}

/** One entry as the kernel keeps it. */
export interface EncodedElement {
  key: Buffer;
  data: Buffer | undefined;
  /** The address right behind a block. */
  isEnd: boolean;
}

/** A block becomes two entries: where it begins, and where something else begins. */
export function encodeElement(
  set: NftSetType,
  key: readonly NftValue[],
  data: readonly NftValue[] | undefined,
): EncodedElement[] {
  if (set.interval === true) return encodeBlock(String(key[0]));
  const value = set.data === undefined ? undefined : concatenationBytes(set.data, data ?? []);
  return [{ key: concatenationBytes(set.key, key), data: value, isEnd: false }];
}

function encodeBlock(block: string): EncodedElement[] {
  const { address, mask } = parseBlock(block);
  const last = Buffer.from(address.map((byte, index) => byte | (~(mask[index] ?? 0) & 0xff)));
  const begin: EncodedElement = { key: address, data: undefined, isEnd: false };
  // Behind the very last address there is nothing.
  if (last.every((byte) => byte === 0xff)) return [begin];
  return [begin, { key: plusOne(last), data: undefined, isEnd: true }];
}

function plusOne(address: Buffer): Buffer {
  const out = Buffer.from(address);
  for (let index = out.length - 1; index >= 0; index--) {
    const byte = ((out[index] ?? 0) + 1) & 0xff;
    out[index] = byte;
    if (byte !== 0) break;
  }
  return out;
}
