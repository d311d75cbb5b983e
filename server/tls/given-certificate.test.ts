import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '#engine/lib/index.ts';
import { readGivenCertificate } from './given-certificate.ts';
import { ensureOwnCertificate } from './own-authority.ts';

test('a certificate that cannot be used is told with its file, one that can is read', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-given-'));
  const file = (name: string) => join(folder.path, name);
  const missing = readGivenCertificate({ certFile: file('none.pem'), keyFile: file('none.pem') });
  await assert.rejects(missing, { code: 'unavailable', message: /--tls-cert cannot be read: .*none\.pem \(ENOENT\)$/ });
  await writeFile(file('text.pem'), 'no certificate');
  const text = readGivenCertificate({ certFile: file('text.pem'), keyFile: file('text.pem') });
  await assert.rejects(text, { code: 'unavailable', message: /text\.pem are no certificate with its key/ });

  const pairs = await Promise.all(
    ['one', 'two'].map(async (name) => {
      await using own = await mkdtempDisposable(join(tmpdir(), 'davit-given-'));
      const made = await ensureOwnCertificate({ folder: own.path, names: [`${name}.example`], clock: systemClock });
      await writeFile(file(`${name}.pem`), made.cert);
      await writeFile(file(`${name}-key.pem`), made.key);
      return made;
    }),
  );
  const mixed = readGivenCertificate({ certFile: file('one.pem'), keyFile: file('two-key.pem') });
  await assert.rejects(mixed, { code: 'unavailable', message: /one\.pem and .*two-key\.pem are no certificate/ });
  const whole = await readGivenCertificate({ certFile: file('one.pem'), keyFile: file('one-key.pem') });
  assert.deepEqual(whole.cert, Buffer.from(pairs[0]?.cert ?? ''));
});
