import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { EngineError, errnoOf } from '#engine/errors/index.ts';

/**
 * The certificate that somebody gave, and its key, as the listeners take them.
 * @throws EngineError `unavailable` naming the file that cannot be read, or the two when they are no pair
 */
export async function readGivenCertificate(files: {
  certFile: string;
  keyFile: string;
}): Promise<{ cert: Buffer; key: Buffer }> {
  const { certFile, keyFile } = files;
  const given = { cert: await readGiven('--tls-cert', certFile), key: await readGiven('--tls-key', keyFile) };
  try {
    createSecureContext(given);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'unavailable',
      `${certFile} and ${keyFile} are no certificate with its key, both in PEM and the key without a passphrase: ${words}`,
      { reason: 'tls_unusable', ...files },
      { cause },
    );
  }
  return given;
}

async function readGiven(flag: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const words = `The file of ${flag} cannot be read: ${file} (${errnoOf(cause) ?? cause})`;
    throw new EngineError('unavailable', words, { reason: 'tls_unreadable', file }, { cause });
  }
}
