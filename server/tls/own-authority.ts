import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '#engine/lib/index.ts';
import { AUTHORITY_EXTENSIONS, isOver, issue, tryRead } from './issue.ts';

const CA_DAYS = 3650;
// Browsers refuse certificates that last longer than 398 days.
const LEAF_DAYS = 397;

interface OwnCertificate {
  /** The certificate of this server with that of the authority behind it. */
  cert: Buffer;
  key: Buffer;
  /** The authority in PEM: what browsers are told to trust. */
  authority: Buffer;
  /** Its SHA-256, to compare by eye. */
  fingerprint: string;
}

/**
 * The certificate of a server that was given none, signed by an authority of its own. Both are made once and kept in `folder`
 * (0700, keys 0600); the server's is made anew when it runs out soon or lacks a name. The authority can sign nothing but servers.
 *
 * @throws EngineError `unavailable` when openssl is missing or fails
 */
export async function ensureOwnCertificate(opts: {
  folder: string;
  /** Host names and addresses that it must be good for. */
  names: readonly string[];
  clock: Clock;
}): Promise<OwnCertificate> {
  const { folder, names, clock } = opts;
  const file = (name: string) => join(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let authority = await tryRead(file('ca.pem'));
  if (authority === undefined || isOver(authority, clock)) {
    const id = randomBytes(4).toString('hex');
    await issue(folder, 'ca', ['-days', String(CA_DAYS)], `CN = Davit authority ${id}`, AUTHORITY_EXTENSIONS);
    authority = await readFile(file('ca.pem'));
  }
  let leaf = await tryRead(file('server.pem'));
  if (leaf === undefined || !isGood(leaf, authority, names, clock)) {
    const signedBy = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-days', String(LEAF_DAYS)];
    await issue(folder, 'server', signedBy, `CN = ${commonName(names)}`, leafExtensions(names));
    leaf = await readFile(file('server.pem'));
  }
  const { fingerprint256 } = new X509Certificate(authority);
  return {
    cert: Buffer.concat([leaf, authority]),
    key: await readFile(file('server-key.pem')),
    authority,
    fingerprint: fingerprint256,
  };
}

function leafExtensions(names: readonly string[]): string[] {
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  return [
    'basicConstraints = critical, CA:FALSE',
    'keyUsage = critical, digitalSignature',
    'extendedKeyUsage = serverAuth',
    `subjectAltName = ${alternatives.join(', ')}`,
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
  ];
}

/** At most 64 letters, as the standard has it; what counts are the alternative names. */
function commonName(names: readonly string[]): string {
  return (names.find((name) => isIP(name) === 0) ?? 'davit').slice(0, 64);
}

function isGood(pem: Buffer, authority: Buffer, names: readonly string[], clock: Clock): boolean {
  const leaf = new X509Certificate(pem);
  if (isOver(pem, clock) || !leaf.verify(new X509Certificate(authority).publicKey)) return false;
  return names.every((name) => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined);
}
