import { execFile } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError, errnoOf } from '#engine/errors/index.ts';
import type { Clock } from '#engine/lib/index.ts';

const run = promisify(execFile);
const RENEW_BEFORE_MS = 30 * 24 * 3_600_000;

/** An authority that signs no other authority. */
export const AUTHORITY_EXTENSIONS = [
  'basicConstraints = critical, CA:TRUE, pathlen:0',
  'keyUsage = critical, keyCertSign, cRLSign',
  'subjectKeyIdentifier = hash',
];

/** A new key and its certificate, put in place together only when both are whole. @throws EngineError `unavailable` */
export async function issue(
  folder: string,
  name: string,
  args: readonly string[],
  subject: string,
  extensions: readonly string[],
): Promise<void> {
  const work = await mkdtemp(join(folder, 'new-'));
  try {
    const request = ['[req]', 'distinguished_name = dn', 'prompt = no', 'utf8 = yes', 'string_mask = utf8only'];
    const settings = [...request, '[dn]', subject, '[ext]', ...extensions];
    await writeFile(join(work, 'settings'), `${settings.join('\n')}\n`);
    const [cert, key] = [join(work, 'cert'), join(work, 'key')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-sha256'];
    const serial = `0x${randomBytes(16)
      .toString('hex')
      .replace(/^[89a-f]/, '7')}`;
    const files = ['-config', join(work, 'settings'), '-extensions', 'ext', '-keyout', key, '-out', cert];
    await openssl(['req', '-x509', '-new', ...curve, '-set_serial', serial, ...files, ...args]);
    await writeFile(key, await readFile(key), { mode: 0o600 });
    await rename(key, join(folder, `${name}-key.pem`));
    await rename(cert, join(folder, `${name}.pem`));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function openssl(args: readonly string[]): Promise<void> {
  try {
    await run('openssl', [...args], {
      timeout: 30_000,
      env: { NODE_ENV: 'production', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? '';
    const words = `openssl could not make a certificate: ${said}`;
    throw new EngineError('unavailable', words, { reason: 'openssl' }, { cause });
  }
}

/** Whether it is over, or soon will be. */
export function isOver(pem: Buffer, clock: Clock): boolean {
  return clock().getTime() > new X509Certificate(pem).validToDate.getTime() - RENEW_BEFORE_MS;
}

/** Undefined for a file that is not there. */
export async function tryRead(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
