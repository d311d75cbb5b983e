import { EngineError } from '../errors/index.ts';
import { type Cidr, contains, formatCidr, formatIpv4, overlaps, parseCidr, parseIpv4, sizeOf } from './ipv4.ts';

const WIDEST_SUBNET = 16;

/** Docker's own: 172.17–172.31 as /16, then 192.168 in pieces of /20. */
export const DEFAULT_ADDRESS_POOLS: readonly string[] = [
  '172.17.0.0/16',
  '172.18.0.0/16',
  '172.19.0.0/16',
  '172.20.0.0/14',
  '172.24.0.0/14',
  '172.28.0.0/14',
  ...Array.from({ length: 16 }, (_, piece) => `192.168.${piece * 16}.0/20`),
];

/**
 * The first subnet of the pools that neither a route of the host nor another network touches. A pool wider than /16 is
 * cut into pieces of /16, a narrower one is taken whole.
 *
 * @throws EngineError `resource_exhausted`
 */
export function chooseSubnet(pools: readonly string[], taken: readonly string[]): string {
  const blocked = taken.map(parseCidr);
  for (const candidate of candidates(pools)) {
    if (!blocked.some((block) => overlaps(block, candidate))) return formatCidr(candidate);
  }
  throw new EngineError('resource_exhausted', 'All address pools are in use by networks or routes of the host', {
    reason: 'no_subnet_free',
    pools: [...pools],
  });
}

function* candidates(pools: readonly string[]): Generator<Cidr> {
  for (const pool of pools.map(parseCidr)) {
    const prefix = Math.max(pool.prefix, WIDEST_SUBNET);
    const step = 2 ** (32 - prefix);
    for (let base = pool.base; base < pool.base + sizeOf(pool); base += step) yield { base, prefix };
  }
}

/** The first usable address of a subnet, which the bridge takes. */
export function gatewayOf(subnet: string): string {
  return formatIpv4(parseCidr(subnet).base + 1);
}

interface AddressRequest {
  subnet: string;
  gateway: string;
  used: ReadonlySet<string>;
  /** Just given back: taken only when nothing else is free, since their last owner may still be on its way out. */
  resting: ReadonlySet<string>;
  wanted: string | undefined;
}

/** @throws EngineError `resource_exhausted`, `in_use`, `invalid_argument` (outside the subnet, or reserved) */
export function allocateAddress(request: AddressRequest): string {
  const block = parseCidr(request.subnet);
  if (request.wanted !== undefined) return checkWanted(request.wanted, block, request);
  const last = block.base + sizeOf(block) - 2;
  let resting: string | undefined;
  for (let value = block.base + 1; value <= last; value++) {
    const address = formatIpv4(value);
    if (address === request.gateway || request.used.has(address)) continue;
    if (!request.resting.has(address)) return address;
    resting ??= address;
  }
  if (resting !== undefined) return resting;
  throw new EngineError('resource_exhausted', `No address is free in ${request.subnet}`, {
    reason: 'no_address_free',
    subnet: request.subnet,
  });
}

function checkWanted(wanted: string, block: Cidr, { subnet, gateway, used }: AddressRequest): string {
  const value = parseIpv4(wanted);
  const reserved = value === block.base || value === block.base + sizeOf(block) - 1 || wanted === gateway;
  if (!contains(block, value) || reserved) {
    throw new EngineError('invalid_argument', `${wanted} is not an address for containers in ${subnet}`, {
      reason: 'address_outside_subnet',
      address: wanted,
      subnet,
    });
  }
  if (used.has(wanted)) {
    throw new EngineError('in_use', `Address ${wanted} is already in use`, {
      reason: 'address_in_use',
      address: wanted,
    });
  }
  return wanted;
}
