import { isIP } from 'node:net';
import { EngineError } from '../errors/index.ts';
import { parseEndpointOptions } from './endpoint-options.ts';
import { contains, parseAddress, parseCidr } from './ip.ts';
import { parseMac } from './mac.ts';
import type { EndpointConfig, NetworkRecord } from './network-service.ts';

type Judged = Pick<NetworkRecord, 'builtin' | 'name' | 'subnets'>;

/**
 * What a container wants of a network, as far as it can be judged without it; the network is undefined where it is not there yet.
 *
 * @throws EngineError `invalid_argument` in Docker's words, which tell everything that is wrong at once
 */
export function checkEndpointSettings(network: Judged | undefined, wish: EndpointConfig): void {
  const { aliases = [], ipv4, ipv6, mac, linkLocal = [] } = wish;
  const problems: string[] = [];
  if (network?.builtin) {
    if (ipv4 !== undefined || ipv6 !== undefined) {
      problems.push('user specified IP address is supported on user defined networks only');
    }
    if (aliases.length > 0) {
      problems.push('network-scoped alias is supported only for containers in user defined networks');
    }
  }
  if (ipv4 !== undefined && isIP(ipv4) !== 4) problems.push(`invalid IPv4 address: ${ipv4}`);
  if (ipv6 !== undefined && isIP(ipv6) !== 6) problems.push(`invalid IPv6 address: ${ipv6}`);
  for (const address of linkLocal) {
    if (isIP(address) === 0) problems.push(`invalid link-local IP address: ${address}`);
  }
  if (network !== undefined) {
    if (ipv4 !== undefined) problems.push(...placeProblems(network, ipv4, 4));
    if (ipv6 !== undefined) problems.push(...placeProblems(network, ipv6, 6));
  }
  const [first, second] = problems;
  if (first !== undefined) {
    const list = second === undefined ? first : problems.map((problem) => `* ${problem}`).join('\n');
    throw new EngineError('invalid_argument', `invalid endpoint settings:\n${list}`, {
      reason: 'invalid_endpoint',
      network: wish.network,
    });
  }
  if (mac !== undefined) parseMac(mac);
  parseEndpointOptions(wish);
}

/** An address can be asked for only of a subnet that somebody chose, and of its part for containers. */
function placeProblems({ subnets }: Judged, text: string, family: 4 | 6): string[] {
  const own = subnets.filter(({ subnet, fromPool }) => fromPool !== true && subnet.includes(':') === (family === 6));
  if (own.length === 0) {
    return ['user specified IP address is supported only when connecting to networks with user configured subnets'];
  }
  const fits = isIP(text) === family && own.some(({ subnet }) => contains(parseCidr(subnet), parseAddress(text)));
  return fits ? [] : [`no configured subnet or ip-range contain the IP address ${text}`];
}
