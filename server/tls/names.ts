import { X509Certificate } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';

const WILDCARDS = new Set(['0.0.0.0', '::']);

/**
 * Every name under which this server may be reached: what it listens on, the host's own name, and with a wildcard each address
 * of the host. Bridges of containers are left out: they come and go.
 */
export function serverNames(listenHost: string, instance: string, publicNames: readonly string[] = []): string[] {
  const own = WILDCARDS.has(listenHost) ? hostAddresses(instance) : [listenHost];
  const names = [...publicNames, hostname(), 'localhost', ...own, '127.0.0.1', '::1'];
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

function hostAddresses(instance: string): string[] {
  return Object.entries(networkInterfaces())
    .filter(([name]) => !name.startsWith(instance))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ scopeid }) => !scopeid)
    .map(({ address }) => address);
}

/** The host names a certificate is good for; `*.` names, which stand for many, are left out. */
export function certificateNames(pem: Buffer): string[] {
  const names = new X509Certificate(pem).subjectAltName?.split(', ') ?? [];
  return names
    .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4).toLowerCase()] : []))
    .filter((name) => !name.startsWith('*'));
}
