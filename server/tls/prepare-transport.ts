import { readFile } from 'node:fs/promises';
import type { Clock } from '#engine/lib/index.ts';
import type { Config } from '../config/index.ts';
import { certificateNames, serverNames } from './names.ts';
import { ensureOwnCertificate } from './own-authority.ts';

/** How people reach this server: in the clear on this host, through a proxy, or with a certificate. */
export interface Transport {
  /** Whether browsers see https, by us or by the proxy. */
  https: boolean;
  tls: { cert: Buffer; key: Buffer } | undefined;
  /** Only with a certificate of our own. */
  own: { authority: Buffer; fingerprint: string; renew(): Promise<{ cert: Buffer; key: Buffer }> } | undefined;
  /** The names that a request may give as its host. */
  hosts: ReadonlySet<string>;
}

/** @throws EngineError `unavailable` when no certificate can be made; Error of the file system for those that cannot be read */
export async function prepareTransport(config: Config, folder: string, clock: Clock): Promise<Transport> {
  const { listen, instance, publicNames, tls, behindProxy } = config;
  const names = serverNames(listen.host, instance, publicNames);
  if (tls === undefined) {
    return { https: behindProxy !== undefined, tls: undefined, own: undefined, hosts: new Set(names) };
  }
  if (tls !== 'own') {
    const [cert, key] = [await readFile(tls.certFile), await readFile(tls.keyFile)];
    return { https: true, tls: { cert, key }, own: undefined, hosts: new Set([...names, ...certificateNames(cert)]) };
  }
  const renew = () => ensureOwnCertificate({ folder, names, clock });
  const { cert, key, authority, fingerprint } = await renew();
  return { https: true, tls: { cert, key }, own: { authority, fingerprint, renew }, hosts: new Set(names) };
}
