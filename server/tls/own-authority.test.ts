import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '#engine/lib/index.ts';
import { ensureOwnCertificate } from './index.ts';

const NAMES = ['davit.example', 'localhost', '127.0.0.1', '::1'];
const DAY_MS = 24 * 3_600_000;

async function scratch(t: TestContext) {
  const parent = await mkdtemp(join(tmpdir(), 'davit-tls-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  return join(parent, 'tls');
}

test('the certificate is good for its names and for nothing else, and the authority signs no other authority', async (t) => {
  const folder = await scratch(t);
  const { cert, authority, fingerprint } = await ensureOwnCertificate({ folder, names: NAMES, clock: systemClock });
  const [leaf, ca] = [new X509Certificate(cert), new X509Certificate(authority)];
  assert.equal(leaf.checkIssued(ca) && leaf.verify(ca.publicKey), true);
  assert.deepEqual([ca.ca, leaf.ca], [true, false]);
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  for (const name of ['davit.example', 'localhost']) assert.equal(leaf.checkHost(name), name);
  for (const address of ['127.0.0.1', '::1']) assert.equal(leaf.checkIP(address), address);
  assert.equal(leaf.checkHost('evil.example') ?? leaf.checkIP('192.0.2.1'), undefined);
  assert.ok(leaf.validToDate.getTime() - Date.now() < 398 * DAY_MS);
  assert.equal(fingerprint, ca.fingerprint256);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  for (const key of ['ca-key.pem', 'server-key.pem']) assert.equal((await stat(join(folder, key))).mode & 0o777, 0o600);
});

test('both are kept; only the certificate is made anew for another name, near its end, or when it fits no more', async (t) => {
  const folder = await scratch(t);
  const ensure = (names: string[], afterDays = 0) =>
    ensureOwnCertificate({ folder, names, clock: () => new Date(Date.now() + afterDays * DAY_MS) });
  const first = await ensure(NAMES);
  assert.deepEqual(await ensure(NAMES), first);
  assert.deepEqual(await ensure(['localhost']), first, 'fewer names need no new one');
  const named = await ensure([...NAMES, '192.0.2.9']);
  assert.deepEqual(named.authority, first.authority);
  assert.equal(new X509Certificate(named.cert).checkIP('192.0.2.9'), '192.0.2.9');
  const later = await ensure(NAMES, 380);
  assert.notDeepEqual(later.cert, named.cert);
  assert.deepEqual(later.authority, first.authority);
  const other = await scratch(t);
  await ensureOwnCertificate({ folder: other, names: NAMES, clock: systemClock });
  await writeFile(join(folder, 'server.pem'), await readFile(join(other, 'server.pem')));
  const mended = new X509Certificate((await ensure(NAMES)).cert);
  assert.equal(mended.verify(new X509Certificate(first.authority).publicKey), true);
});
