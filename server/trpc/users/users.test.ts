import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROLES, type Role } from '#server/access/index.ts';
import { hashPassword } from '../../auth/password.ts';
import { openTestServer, type TestServer } from '../../http/test-server.ts';
import type { RequestContext } from '../context.ts';
import { appRouter } from '../router.ts';
import { ROLE_NAMES } from './role-names.schema.ts';

const PASSWORD = 'a long enough passphrase';

/** Calls as somebody who has just signed in. */
async function callerOf(server: TestServer, role: Role, id: string) {
  const { sessionId } = await server.enter(role, id);
  const ctx: RequestContext = {
    services: server.services,
    requestId: 'r1',
    actor: { id, name: id, role, sessionId },
    client: { address: '192.0.2.1', userAgent: 'test' },
    setSession() {},
  };
  return appRouter.createCaller(ctx);
}

const refusal = (code: string, reason?: string) => (error: unknown) => {
  const { code: actual, cause } = error as { code: string; cause?: { details?: { reason?: string } } };
  assert.equal(actual, code);
  if (reason !== undefined) assert.equal(cause?.details?.reason, reason);
  return true;
};

const rowsOf = async (server: TestServer, action: string) =>
  (await server.services.audit.list({ action })).map(({ result, object }) => `${result} ${object?.name}`).reverse();

test('forms offer the roles that there are', () => {
  assert.deepEqual([...ROLE_NAMES], [...ROLES]);
});

test('a new user signs in with the password drawn for them once, to choose their own', async () => {
  await using server = await openTestServer();
  const owner = await callerOf(server, 'owner', 'ann');
  const { name, password } = await owner.users.create({ newUserName: 'Bea', role: 'developer' });
  assert.equal(name, 'Bea');
  assert.match(password, /^(?:[a-z2-9]{4}-){5}[a-z2-9]{4}$/);
  const client = { address: '192.0.2.2', userAgent: 'test' };
  const { auth } = server;
  await assert.rejects(auth.signIn({ name: 'bea', password }, client), /one sign-in/);
  await assert.rejects(auth.signIn({ name: 'bea', password, newPassword: 'short' }, client), /at least 12/);
  await assert.rejects(auth.signIn({ name: 'bea', password, newPassword: password }, client), /the old one/);
  assert.equal((await auth.sessions.countByUser()).size, 1, 'nobody but the owner is in');
  const { user } = await auth.signIn({ name: 'bea', password, newPassword: PASSWORD }, client);
  assert.equal(user.temporaryPassword, false);
  await assert.rejects(auth.signIn({ name: 'bea', password }, client), /wrong/);
  await auth.signIn({ name: 'bea', password: PASSWORD }, client);
  const bea = (await owner.users.list({})).find((one) => one.name === 'Bea');
  assert.equal(bea?.sessions, 2);
  assert.deepEqual(await rowsOf(server, 'user.create'), ['allowed Bea']);
  const rows = JSON.stringify(await server.services.audit.list());
  assert.ok(!rows.includes(password) && !JSON.stringify(await server.db.user.findMany()).includes(password));
});

test('the last owner is not demoted, disabled or shut out, whoever asks', async () => {
  await using server = await openTestServer();
  const owner = await callerOf(server, 'owner', 'ann');
  await assert.rejects(owner.users.changeRole({ userName: 'ann', role: 'admin' }), refusal('CONFLICT', 'last_owner'));
  const own = refusal('CONFLICT', 'own_account');
  await assert.rejects(owner.users.setDisabled({ userName: 'ann', disabled: true }), own);
  await assert.rejects(owner.users.resetPassword({ userName: 'ann' }), own);
  const admin = await callerOf(server, 'admin', 'cid');
  const denied = refusal('FORBIDDEN', 'permission_missing');
  await assert.rejects(admin.users.changeRole({ userName: 'ann', role: 'viewer' }), denied);
  await assert.rejects(admin.users.setDisabled({ userName: 'ann', disabled: true }), denied);
  await assert.rejects(admin.users.resetPassword({ userName: 'ann' }), denied);
  assert.deepEqual(await rowsOf(server, 'user.reset_password'), ['allowed ann', 'failed ann', 'denied ann']);
  const rest = await server.services.auth.findUser('ann');
  assert.deepEqual([rest?.role, rest?.disabled], ['owner', false]);
  // Nor by two owners who go at the same moment.
  await callerOf(server, 'owner', 'dan');
  const both = await Promise.allSettled([
    owner.users.changeRole({ userName: 'dan', role: 'viewer' }),
    server.services.auth.changeUser('ann', { role: 'viewer' }),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('whoever is refused something hears by name who can lift it', async () => {
  await using server = await openTestServer();
  const viewer = await callerOf(server, 'viewer', 'vic');
  for (const name of ['ann', 'off']) await callerOf(server, 'owner', name);
  for (const name of ['ada', 'cid']) await callerOf(server, 'admin', name);
  await callerOf(server, 'operator', 'oli');
  await server.services.auth.changeUser('off', { disabled: true });
  for (const permission of ['container:create', 'no:such', undefined]) {
    assert.deepEqual(await viewer.users.grantors({ permission }), ['ann', 'ada', 'cid']);
  }
  assert.deepEqual(await viewer.users.grantors({ permission: 'host:terminal' }), ['ann'], 'no admin has it to give');
});

test('nobody gives more than they have: an admin makes no owner', async () => {
  await using server = await openTestServer();
  await callerOf(server, 'owner', 'ann');
  await callerOf(server, 'viewer', 'vic');
  const admin = await callerOf(server, 'admin', 'cid');
  const denied = refusal('FORBIDDEN', 'permission_missing');
  await assert.rejects(admin.users.create({ newUserName: 'eve', role: 'owner' }), denied);
  await assert.rejects(admin.users.changeRole({ userName: 'vic', role: 'owner' }), denied);
  assert.equal((await admin.users.changeRole({ userName: 'vic', role: 'operator' })).role, 'operator');
  assert.equal(await server.auth.findUser('eve'), undefined);
});

test('another role ends the sessions that were begun under the old one; so does an admin for anybody', async () => {
  await using server = await openTestServer();
  const ended: string[] = [];
  using _listening = server.auth.sessions.onEnded(({ userId, reason }) => ended.push(`${userId} ${reason}`));
  const owner = await callerOf(server, 'owner', 'ann');
  await server.enter('developer', 'bea');
  await owner.users.changeRole({ userName: 'bea', role: 'viewer' });
  await server.enter('viewer', 'bea');
  const admin = await callerOf(server, 'admin', 'cid');
  assert.equal((await admin.users.sessions({ userName: 'bea' })).length, 1);
  assert.deepEqual(await admin.users.endSessions({ userName: 'bea' }), { ended: 1 });
  assert.deepEqual(await admin.users.endSessions({ userName: 'ann' }), { ended: 1 });
  await admin.users.setDisabled({ userName: 'bea', disabled: true });
  assert.deepEqual(ended, ['bea role_changed', 'bea ended_by_admin', 'ann ended_by_admin']);
});

test('what changes users asks for the password when it was given too long ago', async () => {
  await using server = await openTestServer();
  const owner = await callerOf(server, 'owner', 'ann');
  await callerOf(server, 'viewer', 'vic');
  await server.db.user.update({ where: { id: 'ann' }, data: { passwordHash: await hashPassword(PASSWORD) } });
  await server.db.session.updateMany({ data: { provedAt: new Date(Date.now() - 11 * 60_000) } });
  const stale = refusal('UNAUTHORIZED', 'proof_needed');
  await assert.rejects(owner.users.create({ newUserName: 'eve', role: 'viewer' }), stale);
  await assert.rejects(owner.users.changeRole({ userName: 'vic', role: 'admin' }), stale);
  await assert.rejects(owner.users.setDisabled({ userName: 'vic', disabled: true }), stale);
  await assert.rejects(owner.users.resetPassword({ userName: 'vic' }), stale);
  assert.equal((await owner.users.list({})).length, 2);
  await assert.rejects(
    owner.session.prove({ password: 'not this one at all' }),
    refusal('UNAUTHORIZED', 'password_wrong'),
  );
  await assert.rejects(owner.users.resetPassword({ userName: 'vic' }), stale);
  await owner.session.prove({ password: PASSWORD });
  assert.equal((await owner.users.changeRole({ userName: 'vic', role: 'admin' })).role, 'admin');
  assert.ok((await owner.session.me({})).session?.provedUntil instanceof Date);
});

test('who has no right to users learns nothing of them', async () => {
  await using server = await openTestServer();
  await callerOf(server, 'owner', 'ann');
  const viewer = await callerOf(server, 'operator', 'vic');
  const denied = refusal('FORBIDDEN', 'permission_missing');
  await assert.rejects(viewer.users.list({}), denied);
  for (const userName of ['ann', 'nobody']) await assert.rejects(viewer.users.sessions({ userName }), denied);
  const owner = await callerOf(server, 'owner', 'ann');
  await assert.rejects(owner.users.sessions({ userName: 'nobody' }), refusal('NOT_FOUND', 'user_not_found'));
});
