import { EngineError } from '../errors/index.ts';
import { parseAddress } from './ip.ts';

/**
 * Derived from the address, as Docker did for long: whoever gets an address again is still right in its neighbours' caches.
 * Of an IPv6 address the last four bytes count, by which the addresses of one network differ.
 */
export function macForAddress(address: string): string {
  const last = parseAddress(address).value & 0xffff_ffffn;
  return `02:42:${last
    .toString(16)
    .padStart(8, '0')
    .replace(/..(?!$)/g, '$&:')}`;
}

/** Lower case; six bytes, not multicast. @throws EngineError `invalid_argument` */
export function parseMac(text: string): string {
  const mac = text.toLowerCase().replaceAll('-', ':');
  if (!/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/.test(mac)) {
    throw new EngineError('invalid_argument', `invalid MAC address ${text}`, {
      reason: 'invalid_mac',
    });
  }
  return mac;
}
