import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';
import { isEngineError } from '#engine/errors/index.ts';
import { AppError } from '../errors/index.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { client, MINUTE, password, refused, setUpAuth } from './test-auth.ts';
import { prepareUser } from './users.ts';

test('a password hash verifies its password only, whatever the Unicode form', async () => {
  const hash = await hashPassword('caf\u00e9 with a long name');
  assert.match(hash, /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
  assert.equal(await verifyPassword('cafe\u0301 with a long name', hash), true);
  assert.equal(await verifyPassword('Caf\u00e9 with a long name', hash), false);
  await assert.rejects(verifyPassword('x', 'plain'), (error) => isEngineError(error, 'data_corrupt'));
});

test('the setup code makes one owner, once', async () => {
  await using setup = await setUpAuth();
  const { auth, db } = setup;
  assert.equal(await auth.needsSetup(), true);
  const { code, file } = await auth.issueSetupCode();
  assert.match(code, /^(?:[a-z0-9]{4}-){7}[a-z0-9]{4}$/);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await readFile(file, 'utf8')).trim(), code);
  assert.doesNotMatch(JSON.stringify(await db.setupCode.findMany()), new RegExp(code.replaceAll('-', '-?')));

  const wrong = { code: 'aaaa-bbbb', name: 'ann', password };
  await assert.rejects(auth.setUp(wrong, client), refused('unauthenticated', 'setup_code_invalid'));
  assert.equal(await auth.needsSetup(), true);
  const typed = { code: code.toUpperCase().replaceAll('-', ' '), name: 'Ann', password };
  const { user, token } = await auth.setUp(typed, client);
  assert.equal(user.role, 'owner');
  assert.equal((await auth.sessions.authenticate(token))?.actor.name, 'Ann');
  await assert.rejects(stat(file), { code: 'ENOENT' });
  await assert.rejects(auth.setUp(typed, client), refused('gone'));
  await assert.rejects(auth.issueSetupCode(), refused('gone'));
});

test('two people with the same code: one becomes owner', async () => {
  await using setup = await setUpAuth();
  const { code } = await setup.auth.issueSetupCode();
  const results = await Promise.allSettled(
    ['ann', 'bob'].map((name) => setup.auth.setUp({ code, name, password }, client)),
  );
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(await setup.db.user.count(), 1);
});

test('a setup code is worth nothing after an hour, and asking again does not lengthen its life', async () => {
  await using setup = await setUpAuth();
  const first = await setup.auth.issueSetupCode();
  setup.pass(50 * MINUTE);
  assert.deepEqual(await setup.auth.issueSetupCode(), first);
  const use = (code: string) => setup.auth.setUp({ code, name: 'ann', password }, client);
  setup.pass(10 * MINUTE);
  await assert.rejects(use(first.code), refused('unauthenticated', 'setup_code_invalid'));
  const second = await setup.auth.issueSetupCode();
  assert.notEqual(second.code, first.code);
  await assert.rejects(use(first.code), refused('unauthenticated', 'setup_code_invalid'));
  assert.equal(await setup.auth.needsSetup(), true);
  assert.equal((await use(second.code)).user.role, 'owner');
});

test('guessing the setup code is slowed down, and costs no password hash', async () => {
  await using setup = await setUpAuth();
  await setup.auth.issueSetupCode();
  const wrong = () =>
    setup.auth.setUp({ code: 'aaaa', name: 'ann', password }, client).catch((error: unknown) => error);
  const begun = performance.now();
  const answers = [];
  for (let i = 0; i < 8; i += 1) answers.push(await wrong());
  const took = performance.now() - begun;
  const beforeHash = performance.now();
  await hashPassword(password);
  assert.ok(took < 4 * (performance.now() - beforeHash), `${took} ms: five hashes take longer`);
  assert.deepEqual(
    answers.map((error) => error instanceof AppError && error.code),
    [...Array(5).fill('unauthenticated'), ...Array(3).fill('throttled')],
  );
});

test('another role and a closed door end all sessions, and the last owner stays one', async () => {
  await using setup = await setUpAuth();
  const { auth, ended } = setup;
  const last = (error: unknown) => isEngineError(error, 'conflict') && error.details.reason === 'last_owner';
  await setup.addUser('ann', 'owner');
  const bob = await setup.addUser('bob', 'developer');
  await auth.sessions.create(bob, client);
  await auth.changeUser('BOB', { role: 'viewer' });
  await auth.sessions.create({ ...bob, role: 'viewer' }, client);
  await auth.changeUser('bob', { disabled: true });
  assert.deepEqual(
    ended.map(({ reason }) => reason),
    ['role_changed', 'disabled'],
  );
  await assert.rejects(auth.changeUser('ann', { role: 'admin' }), last);
  await assert.rejects(auth.changeUser('ann', { disabled: true }), last);
  assert.equal((await auth.findUser('ann'))?.role, 'owner');
  await auth.changeUser('bob', { role: 'owner' });
  await assert.rejects(
    auth.changeUser('ann', { disabled: true }),
    last,
    'an owner who cannot sign in counts for nothing',
  );
  await assert.rejects(auth.changeUser('eve', {}), (error) => isEngineError(error, 'not_found'));
});

test('sign-in takes the name in any case and answers the same for wrong password and unknown name', async () => {
  await using setup = await setUpAuth();
  const { auth } = setup;
  await setup.addUser('ann', 'owner');
  const { token, user } = await auth.signIn({ name: 'ANN', password }, client);
  assert.equal(user.name, 'ann');
  const stored = await setup.db.session.findFirstOrThrow();
  assert.ok(!JSON.stringify(stored).includes(token));
  const answers = await Promise.all(
    ['ann', 'nobody'].map(async (name) => {
      const begun = performance.now();
      const error = await auth.signIn({ name, password: 'wrong password!' }, client).catch((cause: unknown) => cause);
      return { error, took: performance.now() - begun };
    }),
  );
  const [known, unknown] = answers;
  assert.ok(known?.error instanceof AppError && unknown?.error instanceof AppError);
  assert.equal(known.error.code, 'unauthenticated');
  assert.equal(known.error.message, unknown.error.message);
  // An answer without a hash would take less than a millisecond.
  assert.ok((unknown?.took ?? 0) > 20, `${unknown?.took} ms`);
  await setup.db.user.updateMany({ data: { disabled: true } });
  await assert.rejects(auth.signIn({ name: 'ann', password }, client), refused('unauthenticated'));
  assert.equal(await auth.sessions.authenticate(token), undefined);
});

test('changing the password needs the old one and ends the other sessions', async () => {
  await using setup = await setUpAuth();
  const { auth } = setup;
  const ann = await setup.addUser('ann', 'owner');
  const here = await auth.sessions.create(ann, client);
  const there = await auth.sessions.create(ann, client);
  const actor = { id: 'ann', sessionId: here.session.id };
  const change = (oldPassword: string, newPassword: string) =>
    auth.changePassword(actor, { oldPassword, newPassword }, client.address);
  const newPassword = 'another long sentence';
  await assert.rejects(change('not the old one', newPassword), refused('unauthenticated', 'password_wrong'));
  await assert.rejects(change(password, 'short'), (error) => isEngineError(error, 'invalid_argument'));
  assert.equal(setup.ended.length, 0);
  await change(password, newPassword);
  assert.deepEqual(setup.ended, [{ sessionId: there.session.id, userId: 'ann', reason: 'password_changed' }]);
  assert.ok(await auth.sessions.authenticate(here.token));
  await assert.rejects(auth.signIn({ name: 'ann', password }, client), refused('unauthenticated'));
  assert.ok(await auth.signIn({ name: 'ann', password: newPassword }, client));
});

test('names and passwords that should not be are refused with their rule', async () => {
  const clock = () => new Date(0);
  const reasons: [string, string, string][] = [
    ['ann', 'short', 'password_too_short'],
    ['ann', 'x'.repeat(257), 'password_too_long'],
    ['ann', 'password1234', 'password_guessable'],
    ['ann', 'annannannann2026', 'password_guessable'],
    ['ann', 'davit-admin-2026', 'password_guessable'],
    ['ann', '123456789012', 'password_guessable'],
    ['ann', 'abcabcabcabcabc', 'password_guessable'],
    ['a b', password, 'user_name_invalid'],
    ['', password, 'user_name_invalid'],
    ['ann\n', password, 'user_name_invalid'],
  ];
  for (const [name, word, reason] of reasons) {
    await assert.rejects(
      prepareUser({ name, password: word, role: 'viewer' }, clock),
      (error) => isEngineError(error, 'invalid_argument') && error.details.reason === reason,
      `${name} ${word}`,
    );
  }
});
