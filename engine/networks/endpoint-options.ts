import { isIP } from 'node:net';
import { EngineError } from '../errors/index.ts';
import { isReservedLink } from './network-options.ts';
import type { EndpointConfig } from './network-service.ts';

/** What the driver's options of one endpoint mean. */
interface EndpointSettings {
  /** Settings of the link inside the container, `net/…` with the place of its name as `IFNAME`. */
  sysctls: readonly { name: string; value: string }[];
  /** Undefined: the engine names the link. */
  ifName: string | undefined;
  /** Further addresses of the link. */
  linkLocal: readonly { address: string; prefix: number }[];
}

const SYSCTLS = 'com.docker.network.endpoint.sysctls';
const IF_NAME = 'com.docker.network.endpoint.ifname';

/**
 * Docker's options of an endpoint and its link-local addresses. Options of other drivers are kept and have no effect, as with Docker.
 *
 * @throws EngineError `invalid_argument`
 */
export function parseEndpointOptions({
  driverOpts = {},
  linkLocal = [],
}: Pick<EndpointConfig, 'driverOpts' | 'linkLocal'>): EndpointSettings {
  return {
    sysctls: (driverOpts[SYSCTLS] ?? '').split(',').filter(Boolean).map(parseSysctl),
    ifName: parseIfName(driverOpts[IF_NAME]),
    linkLocal: linkLocal.map(parseLinkLocal),
  };
}

/** `net.ipv4.conf.IFNAME.log_martians=1`: only settings of this one link. */
function parseSysctl(text: string): { name: string; value: string } {
  const [, family, group, key, value] =
    /^net\.(ipv4|ipv6|mpls)\.([a-z]+)\.IFNAME\.([a-z0-9_]+)=(.+)$/.exec(text.trim()) ?? [];
  if (family === undefined || group === undefined || key === undefined || value === undefined) {
    const form = "represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V'";
    throw refused(SYSCTLS, `unrecognised network interface sysctl '${text.trim()}'; ${form}`);
  }
  return { name: `net/${family}/${group}/IFNAME/${key}`, value };
}

function parseIfName(name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  if (/^[a-zA-Z][a-zA-Z0-9_.-]{0,14}$/.test(name) && !isReservedLink(name)) return name;
  throw refused(IF_NAME, `invalid interface name "${name}": a letter, then letters, digits and _.-, at most 15`);
}

function parseLinkLocal(address: string): { address: string; prefix: number } {
  if (isIP(address) === 4 && address.startsWith('169.254.')) return { address, prefix: 16 };
  if (isIP(address) === 6 && /^fe[89ab][0-9a-f]:/i.test(address)) return { address, prefix: 64 };
  throw refused('link_local_ips', `${address} is not a link-local address of 169.254.0.0/16 or fe80::/10`);
}

function refused(option: string, message: string): EngineError {
  return new EngineError('invalid_argument', message, { reason: 'invalid_endpoint_option', option });
}
