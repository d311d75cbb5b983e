import { join } from 'node:path';
import type { Clock } from '#engine/lib/index.ts';
import type { Config } from '../config/index.ts';
import { ensureClientAuthority } from './client-authority.ts';
import { readGivenCertificate } from './given-certificate.ts';
import { tryRead } from './issue.ts';
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

/** @throws EngineError `unavailable` when no certificate can be made, or the one that was given cannot be used */
export async function prepareTransport(config: Config, folder: string, clock: Clock): Promise<Transport> {
  const { listen, instance, publicNames, tls, behindProxy } = config;
  const names = serverNames(listen.host, instance, publicNames);
  if (tls === undefined) {
    return { https: behindProxy !== undefined, tls: undefined, own: undefined, hosts: new Set(names) };
  }
  if (tls !== 'own') {
    const given = await readGivenCertificate(tls);
    const hosts = new Set([...names, ...certificateNames(given.cert)]);
    return { https: true, tls: given, own: undefined, hosts };
  }
  const renew = () => ensureOwnCertificate({ folder, names, clock });
  const { cert, key, authority, fingerprint } = await renew();
  return { https: true, tls: { cert, key }, own: { authority, fingerprint, renew }, hosts: new Set(names) };
}

/** What the listener for docker clients shows, and whose certificates it believes. */
export interface DockerTls {
  cert: Buffer;
  key: Buffer;
  /** The authority for clients, in PEM. */
  clientAuthority: Buffer;
}

/**
 * Always encrypted: with the certificate given for the dashboard, else with one of our own authority that is good for both
 * addresses. Asked again now and then, it renews its own.
 * @throws as `prepareTransport`
 */
export async function prepareDockerTls(config: Config, folder: string, clock: Clock): Promise<DockerTls> {
  const { listen, dockerTcp = listen, instance, publicNames, tls } = config;
  const clientAuthority = await ensureClientAuthority(folder, clock);
  if (tls !== undefined && tls !== 'own') {
    return { ...(await readGivenCertificate(tls)), clientAuthority };
  }
  const names = [listen.host, dockerTcp.host].flatMap((host) => serverNames(host, instance, publicNames));
  const { cert, key } = await ensureOwnCertificate({ folder, names: [...new Set(names)], clock });
  return { cert, key, clientAuthority };
}

/**
 * What a docker client must trust to know this server: our own authority, in PEM. Undefined when the certificate was given: then
 * clients know its authority, or whoever gave it does.
 */
export async function readServerAuthority({ tls }: Config, folder: string): Promise<string | undefined> {
  if (tls !== undefined && tls !== 'own') return undefined;
  return (await tryRead(join(folder, 'ca.pem')))?.toString('utf8');
}
