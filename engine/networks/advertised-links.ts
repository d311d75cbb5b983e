import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';

const ROUTE_FROM_ROUTER = 0x0004_0000;
const ADDRESS_FOR_EVER = 0x80;
const GLOBAL = '00';
const ANY = '0'.repeat(32);

/**
 * Links by which this host reaches the world as routers tell it (RFC 4861) and which stop listening to them once the host
 * forwards IPv6: `accept_ra` 1 means "unless forwarding" (ip-sysctl, accept_ra). Links that another program looks after
 * have 0 there.
 *
 * @param proc for tests
 */
export async function findAdvertisedLinks(proc = '/proc'): Promise<string[]> {
  const [routes, addresses] = await Promise.all([
    rowsOf(join(proc, 'net/ipv6_route')),
    rowsOf(join(proc, 'net/if_inet6')),
  ]);
  const links = new Set([
    ...routes
      .filter(
        ([target, , , , , , , , flags = '']) => target === ANY && (Number(`0x${flags}`) & ROUTE_FROM_ROUTER) !== 0,
      )
      .flatMap((row) => row[9] ?? []),
    // When forwarding is on already the route may be gone; addresses that end are from a router too, and last longer.
    ...addresses
      .filter(([, , , scope, flags = '']) => scope === GLOBAL && (Number(`0x${flags}`) & ADDRESS_FOR_EVER) === 0)
      .flatMap((row) => row[5] ?? []),
  ]);
  const deaf = await Promise.all(
    [...links].map(async (link) => {
      const [[accept] = []] = await rowsOf(join(proc, 'sys/net/ipv6/conf', link, 'accept_ra'));
      return accept === '1' ? [link] : [];
    }),
  );
  return deaf.flat().sort();
}

/** Words of each line; none where the kernel has no IPv6. */
async function rowsOf(path: string): Promise<string[][]> {
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => line.trim().split(/\s+/));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
