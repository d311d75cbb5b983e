import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#engine/lib/index.ts';
import { AUTHORITY_EXTENSIONS, isOver, issue, tryRead } from './issue.ts';

const CA_DAYS = 3650;

/** A certificate with which a docker client says who it is. */
export interface ClientCertificate {
  cert: string;
  /** Nothing keeps it but its owner. */
  key: string;
  /** SHA-256 of the certificate, in lower case hex: how it is known again. */
  fingerprint: string;
  expiresAt: Date;
}

/**
 * The authority for clients in PEM. It is another one than that for servers, so that the certificate of a server is none of a
 * user. One that runs out makes room for a new one; what it signed ends with it.
 * @throws EngineError `unavailable` when openssl is missing or fails
 */
export async function ensureClientAuthority(folder: string, clock: Clock): Promise<Buffer> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'client-ca.pem');
  const known = await tryRead(file);
  if (known !== undefined && !isOver(known, clock)) return known;
  const id = randomBytes(4).toString('hex');
  await issue(folder, 'client-ca', ['-days', String(CA_DAYS)], `CN = Davit clients ${id}`, AUTHORITY_EXTENSIONS);
  return readFile(file);
}

/** Signs a new key for a user. @throws EngineError `unavailable` when openssl is missing or fails */
export async function issueClientCertificate(opts: {
  folder: string;
  userName: string;
  days: number;
  clock: Clock;
}): Promise<ClientCertificate> {
  const { folder, userName, days, clock } = opts;
  await ensureClientAuthority(folder, clock);
  const work = await mkdtemp(join(folder, 'client-'));
  try {
    const authority = ['-CA', join(folder, 'client-ca.pem'), '-CAkey', join(folder, 'client-ca-key.pem')];
    await issue(work, 'client', [...authority, '-days', String(days)], `CN = ${userName}`, [
      'basicConstraints = critical, CA:FALSE',
      'keyUsage = critical, digitalSignature',
      'extendedKeyUsage = clientAuth',
      'subjectKeyIdentifier = hash',
      'authorityKeyIdentifier = keyid',
    ]);
    const cert = await readFile(join(work, 'client.pem'), 'utf8');
    const { fingerprint256, validToDate } = new X509Certificate(cert);
    const key = await readFile(join(work, 'client-key.pem'), 'utf8');
    return { cert, key, fingerprint: toFingerprint(fingerprint256), expiresAt: validToDate };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** From the way openssl and Node write it: pairs in capitals between colons. */
export function toFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
