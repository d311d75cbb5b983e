import { isIPv4 } from 'node:net';
import { EngineError } from '../errors/index.ts';

/** A block of addresses; `base` has no bits beyond the prefix. */
export interface Cidr {
  base: number;
  prefix: number;
}

export function parseIpv4(text: string): number {
  if (!isIPv4(text)) {
    throw new EngineError('invalid_argument', `"${text}" is not an IPv4 address`, { reason: 'invalid_address' });
  }
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

export function formatIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

export function parseCidr(text: string): Cidr {
  const [address = '', prefix = ''] = text.split('/');
  const bits = Number(prefix);
  if (!/^\d{1,2}$/.test(prefix) || bits > 32) {
    throw new EngineError('invalid_argument', `"${text}" is not a subnet such as 10.1.0.0/16`, {
      reason: 'invalid_subnet',
    });
  }
  return { base: firstOf(parseIpv4(address), bits), prefix: bits };
}

export function formatCidr({ base, prefix }: Cidr): string {
  return `${formatIpv4(base)}/${prefix}`;
}

export function sizeOf({ prefix }: Cidr): number {
  return 2 ** (32 - prefix);
}

export function contains(block: Cidr, address: number): boolean {
  return address >= block.base && address < block.base + sizeOf(block);
}

export function overlaps(one: Cidr, other: Cidr): boolean {
  return contains(one, other.base) || contains(other, one.base);
}

function firstOf(address: number, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(address / size) * size;
}
