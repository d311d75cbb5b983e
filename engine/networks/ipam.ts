import { EngineError } from '../errors/index.ts';
import {
  type Cidr,
  canonicalAddress,
  contains,
  formatAddress,
  formatCidr,
  overlaps,
  parseAddress,
  parseCidr,
  sizeOf,
} from './ip.ts';
import type { NetworkSubnet } from './network-service.ts';

/** Where subnets come from: pieces of a block, all of one size. */
export interface AddressPool {
  block: string;
  /** Prefix length of a piece. */
  prefix: number;
}

/** Docker's own: 172.17–172.31 as /16, then 192.168 in pieces of /20. */
export const DEFAULT_ADDRESS_POOLS: readonly AddressPool[] = [
  ...['172.17.0.0/16', '172.18.0.0/16', '172.19.0.0/16', '172.20.0.0/14', '172.24.0.0/14', '172.28.0.0/14'].map(
    (block) => ({ block, prefix: 16 }),
  ),
  { block: '192.168.0.0/16', prefix: 20 },
];

/** Sixteen networks of each block, but none larger than /16, and none smaller than /24 unless the block is. */
export function poolsOf(blocks: readonly string[]): AddressPool[] {
  return blocks.map((block) => {
    const { prefix } = parseCidr(block);
    return { block, prefix: Math.max(prefix, Math.min(Math.max(prefix + 4, 16), 24)) };
  });
}

/**
 * The first subnet of the pools that neither a route of the host nor another network touches.
 *
 * @throws EngineError `resource_exhausted`
 */
export function chooseSubnet(pools: readonly AddressPool[], taken: readonly string[]): string {
  const blocked = taken.map(parseCidr);
  for (const candidate of candidates(pools)) {
    if (!blocked.some((block) => overlaps(block, candidate))) return formatCidr(candidate);
  }
  throw new EngineError('resource_exhausted', 'all predefined address pools have been fully subnetted', {
    reason: 'no_subnet_free',
    pools: pools.map(({ block }) => block),
  });
}

function* candidates(pools: readonly AddressPool[]): Generator<Cidr> {
  for (const { block, prefix } of pools) {
    const pool = parseCidr(block);
    const piece: Cidr = { ...pool, prefix };
    for (let base = pool.base; base < pool.base + sizeOf(pool); base += sizeOf(piece)) yield { ...piece, base };
  }
}

/** The first usable address of a subnet that is not spoken for, which the bridge takes. */
export function gatewayOf(subnet: string, reserved: ReadonlySet<string> = new Set()): string {
  const block = parseCidr(subnet);
  for (const address of addressesOf(block, block)) if (!reserved.has(address)) return address;
  throw noAddressFree(subnet);
}

interface AddressRequest extends Pick<NetworkSubnet, 'subnet' | 'gateway'> {
  /** Addresses are chosen inside; a wanted one may lie outside of it. */
  ipRange?: string | undefined;
  auxAddresses?: Readonly<Record<string, string>>;
  used: ReadonlySet<string>;
  /** Just given back: taken only when nothing else is free, since their last owner may still be on its way out. */
  resting: ReadonlySet<string>;
  wanted: string | undefined;
}

/** @throws EngineError `resource_exhausted`, `in_use`, `invalid_argument` (outside the subnet, or reserved) */
export function allocateAddress(request: AddressRequest): string {
  const block = parseCidr(request.subnet);
  const reserved = new Set([request.gateway, ...Object.values(request.auxAddresses ?? {})]);
  if (request.wanted !== undefined) return checkWanted(request.wanted, block, reserved, request);
  let resting: string | undefined;
  for (const address of addressesOf(block, request.ipRange === undefined ? block : parseCidr(request.ipRange))) {
    if (reserved.has(address) || request.used.has(address)) continue;
    if (!request.resting.has(address)) return address;
    resting ??= address;
  }
  if (resting !== undefined) return resting;
  throw noAddressFree(request.ipRange ?? request.subnet);
}

/** Lowest first: those of the range that the subnet has for hosts. */
function* addressesOf(block: Cidr, range: Cidr): Generator<string> {
  const [first, last] = hostBounds(block);
  const end = range.base + sizeOf(range) - 1n;
  for (let value = largest(range.base, first); value <= last && value <= end; value++) {
    yield formatAddress(block.family, value);
  }
}

/** Without the address of the subnet itself and, in IPv4, of all its hosts; a /31 and a /32 have neither. */
function hostBounds(block: Cidr): [bigint, bigint] {
  const last = block.base + sizeOf(block) - 1n;
  if (sizeOf(block) <= 2n) return [block.base, last];
  return [block.base + 1n, block.family === 4 ? last - 1n : last];
}

function checkWanted(
  text: string,
  block: Cidr,
  reserved: ReadonlySet<string | undefined>,
  { subnet, used }: AddressRequest,
): string {
  const parsed = parseAddress(text);
  const wanted = canonicalAddress(text);
  const [first, last] = hostBounds(block);
  if (!contains(block, parsed) || parsed.value < first || parsed.value > last) {
    throw new EngineError('invalid_argument', `${wanted} is not an address for containers in ${subnet}`, {
      reason: 'address_outside_subnet',
      address: wanted,
      subnet,
    });
  }
  if (used.has(wanted) || reserved.has(wanted)) {
    throw new EngineError('in_use', `Address already in use: ${wanted}`, {
      reason: 'address_in_use',
      address: wanted,
    });
  }
  return wanted;
}

function noAddressFree(subnet: string): EngineError {
  return new EngineError(
    'resource_exhausted',
    `no available IPv4 or IPv6 addresses on this network's address pools: ${subnet}`,
    {
      reason: 'no_address_free',
      subnet,
    },
  );
}

function largest(one: bigint, other: bigint): bigint {
  if (one < other) return other;
  return one;
}
