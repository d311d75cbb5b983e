import { isIP } from 'node:net';

interface ListenAddress {
  host: string;
  port: number;
}

/** `HOST:PORT`, IPv6 in brackets; undefined when it is neither. */
export function tryParseListen(text: string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined;
  if (plain === undefined || (/^[\d.]+$/.test(plain) && isIP(plain) !== 4)) return undefined;
  return { host: plain, port };
}

/** Whether nobody outside this host can reach it, so that plain HTTP does no harm. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** `10.0.0.0/8`: an address and a prefix that fits it. */
export function isCidr(text: string): boolean {
  const [address, prefix, rest] = text.split('/');
  const version = isIP(address ?? '');
  if (version === 0 || rest !== undefined || prefix === undefined || !/^\d{1,3}$/.test(prefix)) return false;
  return Number(prefix) <= (version === 4 ? 32 : 128);
}

/** An IPv4 CIDR that is a network, large enough to cut subnets from, with no bit set behind its prefix. */
export function isAddressPool(text: string): boolean {
  const [address = '', prefix = ''] = text.split('/');
  if (!isCidr(text) || isIP(address) !== 4) return false;
  const length = Number(prefix);
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return length >= 8 && length <= 28 && value % 2 ** (32 - length) === 0;
}

/** A name as it stands in a URL, in lower case. */
export function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/.test(text)
  );
}
