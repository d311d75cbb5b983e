import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { can, PERMISSIONS, ROLES, type Role, SCOPES, scopesOf } from '#server/access/index.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { createAuth } from './index.ts';

const DAY_MS = 24 * 3_600_000;
const ADDRESS = '192.0.2.7';

async function openTest(role: Role = 'operator') {
  const database = await openTestDatabase();
  const { db, file, folder } = database;
  let now = new Date('2026-05-01T12:00:00Z');
  const auth = createAuth({ db, databaseFile: file, clock: () => now });
  const times = { createdAt: now, passwordChangedAt: now };
  for (const [name, of] of [
    ['ann', role],
    ['boss', 'owner'],
  ] as const) {
    await db.user.create({ data: { id: name, name, nameKey: name, role: of, passwordHash: '-', ...times } });
  }
  return {
    ...{ db, auth, folder, credentials: auth.credentials },
    pass: (days: number) => {
      now = new Date(now.getTime() + days * DAY_MS);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

const wish = { name: 'ci', days: 30, scopes: ['containers:read', 'containers:write'] as const };

test('a token is its user, within its scopes, and only its digest is kept', async () => {
  await using t = await openTest();
  const { token, credential } = await t.credentials.createToken('ann', wish);
  assert.match(token, /^dvt_[\w-]{43}$/);
  const actor = await t.credentials.actorOfToken(token, ADDRESS);
  assert.deepEqual(
    { ...actor },
    { id: 'ann', name: 'ann', role: 'operator', credentialId: credential.id, scopes: [...wish.scopes] },
  );
  assert.equal(can(actor, 'container:start', { createdBy: 'boss' }), true);
  assert.equal(can(actor, 'image:pull'), false, 'the role may, the token may not');
  assert.equal(can(actor, 'container:create'), false, 'the token may, the role may not');
  assert.equal(JSON.stringify(await t.db.credential.findMany()).includes(token.slice(4)), false);
  assert.equal(await t.credentials.actorOfToken(`${token}x`, ADDRESS), undefined);
  assert.equal(await t.credentials.actorOfToken('', ADDRESS), undefined);
  const [listed] = await t.credentials.list('ann');
  assert.equal(listed?.lastAddress, ADDRESS);
});

test('a token never exceeds its user: not after a demotion, not when disabled, not when expired or revoked', async () => {
  await using t = await openTest();
  const { token, credential } = await t.credentials.createToken('ann', { ...wish, days: 3 });
  const now = () => t.credentials.actorOfToken(token, ADDRESS);
  await t.auth.changeUser('ann', { role: 'viewer' });
  const demoted = await now();
  assert.equal(demoted?.role, 'viewer');
  for (const permission of PERMISSIONS) {
    const viewer = { id: 'ann', name: 'ann', role: 'viewer' as const };
    if (!can(viewer, permission, {})) assert.equal(can(demoted, permission, {}), false, permission);
  }
  await t.auth.changeUser('ann', { disabled: true });
  assert.equal(await now(), undefined);
  assert.equal(await t.credentials.actorOf(credential.id), undefined);
  await t.auth.changeUser('ann', { disabled: false });
  assert.equal((await now())?.id, 'ann');
  t.pass(3);
  assert.equal(await now(), undefined, 'its time is over');
  const other = await t.credentials.createToken('ann', { ...wish, scopes: ['containers:read'] });
  assert.equal(await t.credentials.revoke(other.credential.id, 'boss'), false, 'it is not theirs');
  assert.equal(await t.credentials.revoke(other.credential.id, 'ann'), true);
  assert.equal(await t.credentials.actorOfToken(other.token, ADDRESS), undefined);
});

test('no role can make a token for more than it holds', async () => {
  for (const role of ROLES) {
    await using t = await openTest(role);
    const held = scopesOf(role);
    for (const scope of SCOPES) {
      const made = t.credentials.createToken('ann', { name: scope, days: 1, scopes: [scope] });
      if (held.includes(scope)) await made;
      else await assert.rejects(made, { code: 'invalid_argument', message: new RegExp(`nothing in ${scope}`) });
    }
  }
  assert.deepEqual(scopesOf('viewer'), ['containers:read', 'images:read', 'volumes:read', 'networks:read']);
  assert.deepEqual(scopesOf('owner'), [...SCOPES]);
});

test('names, lives and numbers have limits', async () => {
  await using t = await openTest();
  const refused = (change: object, reason: RegExp) =>
    assert.rejects(t.credentials.createToken('ann', { ...wish, ...change }), { message: reason });
  await refused({ days: 0 }, /1 to 365 days/);
  await refused({ days: 366 }, /1 to 365 days/);
  await refused({ name: '' }, /1 to 64 characters/);
  await refused({ name: 'a\nb' }, /1 to 64 characters/);
  await refused({ scopes: [] }, /At least one scope/);
  for (let made = 0; made < 50; made += 1) await t.credentials.createToken('ann', wish);
  await refused({}, /50 already/);
});

test('a certificate of ours is known by its fingerprint, says its user and leaves no key behind', async () => {
  await using t = await openTest();
  const { certificate, credential } = await t.credentials.issueCertificate('ann', wish);
  const leaf = new X509Certificate(certificate.cert);
  assert.equal(leaf.subject, 'CN=ann');
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.2'], 'for clients only');
  assert.ok(Math.abs(leaf.validToDate.getTime() - Date.now() - 30 * DAY_MS) < DAY_MS);
  assert.match(certificate.key, /^-----BEGIN PRIVATE KEY/);
  assert.deepEqual((await readdir(join(t.folder, 'tls'))).sort(), ['client-ca-key.pem', 'client-ca.pem']);
  const actor = await t.credentials.actorOfCertificate(certificate.fingerprint, ADDRESS);
  assert.equal(actor?.credentialId, credential.id);
  assert.equal(await t.credentials.actorOfToken(certificate.fingerprint, ADDRESS), undefined, 'it is no token');
  await t.credentials.revoke(credential.id);
  assert.equal(await t.credentials.actorOfCertificate(certificate.fingerprint, ADDRESS), undefined);
});
