import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { before, test } from 'node:test';
import { isEngineError } from '#engine/errors/index.ts';
import type { Db } from '../db/index.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { AppError } from '../errors/index.ts';
import { createAuth } from './auth.ts';
import { EndedSessions } from './ended-sessions.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { type SessionEnd, Sessions, sessionLimits } from './sessions.ts';
import { prepareUser, userNameKey } from './users.ts';

const client = { address: '192.0.2.1', userAgent: 'test' };
const password = 'correct horse battery';
const MINUTE = 60_000;
const refused = (code: AppError['code'], reason?: string) => (error: unknown) =>
  error instanceof AppError && error.code === code && (reason === undefined || error.details.reason === reason);

// Hashed once: each hash takes a tenth of a second and 64 MiB.
let passwordHash = '';
before(async () => {
  passwordHash = await hashPassword(password);
});

async function setUpAuth() {
  await using opening = new AsyncDisposableStack();
  const { db, file } = opening.use(await openTestDatabase());
  let now = Date.parse('2026-03-01T00:00:00Z');
  const clock = () => new Date(now);
  const auth = createAuth({ db, databaseFile: file, clock });
  const ended: SessionEnd[] = [];
  opening.use(auth.sessions.onEnded((end) => ended.push(end)));
  const owned = opening.move();
  return {
    auth,
    db,
    ended,
    clock,
    pass: (ms: number) => {
      now += ms;
    },
    addUser: async (name: string, role: string) => {
      const row = {
        id: name,
        name,
        nameKey: userNameKey(name),
        role,
        passwordHash,
        disabled: false,
        createdAt: clock(),
      };
      await db.user.create({ data: { ...row, passwordChangedAt: clock() } });
      return { id: name, role: role as 'viewer' };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

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

test('what another process did to users ends the sessions of this one, with the reason', async () => {
  await using setup = await setUpAuth();
  const { auth, db, clock, ended } = setup;
  const other = createAuth({ db, databaseFile: '/nowhere/davit.db', clock });
  for (const name of ['ann', 'bob', 'eve', 'kim', 'zoe']) {
    await auth.sessions.create(await setup.addUser(name, 'developer'), client);
  }
  setup.pass(MINUTE);
  await other.resetPassword('ann', 'another long sentence');
  await other.changeUser('bob', { role: 'viewer' });
  await other.changeUser('eve', { disabled: true });
  await db.user.delete({ where: { id: 'kim' } });
  await auth.sessions.refresh();
  await auth.sessions.refresh();
  for (const { sessionId, reason } of ended) assert.equal(auth.sessions.whyEndedById(sessionId), reason);
  assert.deepEqual(
    ended.map(({ userId, reason }) => [userId, reason]),
    [
      ['ann', 'password_changed'],
      ['bob', 'role_changed'],
      ['eve', 'disabled'],
      ['kim', 'disabled'],
    ],
  );
});

test('whoever meets a session that has just gone finds the reason, also before it is told', async () => {
  await using setup = await setUpAuth();
  const { auth, db, clock } = setup;
  const other = createAuth({ db, databaseFile: '/nowhere/davit.db', clock });
  const ann = await setup.addUser('ann', 'developer');
  const bob = await setup.addUser('bob', 'developer');
  const byId = await auth.sessions.create(ann, client);
  const byToken = await auth.sessions.create(bob, client);
  await other.changeUser('ann', { disabled: true });
  await other.changeUser('bob', { role: 'viewer' });
  assert.equal(await auth.sessions.check(byId.session.id), undefined);
  assert.equal(auth.sessions.whyEndedById(byId.session.id), 'disabled');
  assert.equal(await auth.sessions.authenticate(byToken.token), undefined);
  assert.equal(auth.sessions.whyEnded(byToken.token), 'role_changed');

  // The row is gone, and whoever ends it does not know so yet.
  const slow = slowed(db, 'deleteMany');
  const sessions = new Sessions(slow.db, clock);
  const { session, token } = await sessions.create(bob, client);
  const ending = sessions.end(bob.id, session.id, 'signed_out');
  await slow.reached;
  assert.equal(await sessions.authenticate(token), undefined);
  await sessions.refresh();
  assert.equal(sessions.whyEnded(token), 'signed_out');
  slow.goOn();
  assert.equal(await ending, true);
});

test('a session that begins while others are looked at goes on', async () => {
  await using setup = await setUpAuth();
  const slow = slowed(setup.db, 'findMany');
  const sessions = new Sessions(slow.db, setup.clock);
  const told: SessionEnd[] = [];
  using _listening = sessions.onEnded((end) => void told.push(end));
  const ann = await setup.addUser('ann', 'developer');
  const { token } = await setup.auth.sessions.create(ann, client);
  await sessions.authenticate(token);
  const refreshing = sessions.refresh();
  await slow.reached;
  const later = await setup.auth.sessions.create(ann, client);
  assert.ok(await sessions.authenticate(later.token));
  slow.goOn();
  await refreshing;
  assert.deepEqual(told, []);
});

/** The database, whose sessions give the first answer of this kind late: `reached` once it is there, `goOn` lets it through. */
function slowed(db: Db, name: 'deleteMany' | 'findMany'): { db: Db; reached: Promise<void>; goOn: () => void } {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  const session = new Proxy(db.session, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (key !== name || typeof found !== 'function') return found;
      return async (...args: unknown[]) => {
        const answer: unknown = await Reflect.apply(found, target, args);
        reach();
        await gate;
        return answer;
      };
    },
  });
  return {
    db: new Proxy(db, { get: (target, key) => (key === 'session' ? session : Reflect.get(target, key)) }),
    reached,
    goOn,
  };
}

test('why a session ended is told to whoever still has its token, of the newest thousand', async () => {
  await using setup = await setUpAuth();
  const { sessions } = setup.auth;
  const ann = await setup.addUser('ann', 'developer');
  const opened = [];
  for (let i = 0; i < 3; i += 1) opened.push(await sessions.create(ann, client));
  const [first, second, third] = opened;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  await sessions.end('ann', first.session.id, 'ended_by_admin');
  assert.equal(await sessions.end('ann', first.session.id, 'signed_out'), false);
  await setup.auth.changeUser('ann', { role: 'viewer' });
  assert.deepEqual(
    opened.map(({ token }) => sessions.whyEnded(token)),
    ['ended_by_admin', 'role_changed', 'role_changed'],
  );
  assert.equal(sessions.whyEnded('nobody'), undefined);
  const kept = new EndedSessions();
  for (let i = 0; i <= 1_000; i += 1) kept.add(`s${i}`, `t${i}`, 'expired');
  assert.deepEqual([kept.reasonOf('s0'), kept.reasonOfToken('t0')], [undefined, undefined]);
  assert.deepEqual([kept.reasonOf('s1'), kept.reasonOfToken('t1000')], ['expired', 'expired']);
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

test('sessions end when idle, when too old, and listeners hear of it', async () => {
  await using setup = await setUpAuth();
  const { sessions } = setup.auth;
  const owner = await setup.addUser('ann', 'owner');
  const { token } = await sessions.create(owner, client);
  setup.pass(29 * MINUTE);
  assert.ok(await sessions.authenticate(token, { touch: false }));
  setup.pass(2 * MINUTE);
  assert.equal(await sessions.authenticate(token), undefined);
  assert.deepEqual(
    setup.ended.map(({ reason }) => reason),
    ['expired'],
  );

  const busy = await sessions.create(owner, client);
  const { absoluteMs } = sessionLimits('owner');
  for (let spent = 20 * MINUTE; spent < absoluteMs; spent += 20 * MINUTE) {
    setup.pass(20 * MINUTE);
    assert.ok(await sessions.authenticate(busy.token), `after ${spent / MINUTE} min`);
  }
  setup.pass(20 * MINUTE);
  assert.equal(await sessions.sweep(), 1);
  assert.equal(await sessions.authenticate(busy.token), undefined);
  assert.equal(await sessions.authenticate('x'.repeat(43)), undefined);
});

test('a session shows the role of now and ends with its user', async () => {
  await using setup = await setUpAuth();
  const { sessions } = setup.auth;
  const { token, session } = await sessions.create(await setup.addUser('bob', 'developer'), client);
  await setup.db.user.update({ where: { id: 'bob' }, data: { role: 'viewer' } });
  assert.equal((await sessions.check(session.id))?.actor.role, 'viewer');
  await setup.db.user.update({ where: { id: 'bob' }, data: { role: 'emperor' } });
  assert.equal(await sessions.authenticate(token), undefined);
});

test('the eleventh session ends the one unused for longest; nobody ends sessions of others', async () => {
  await using setup = await setUpAuth();
  const { sessions } = setup.auth;
  const bob = await setup.addUser('bob', 'developer');
  const made = [];
  for (let i = 0; i < 11; i += 1) {
    made.push(await sessions.create(bob, client));
    setup.pass(1000);
  }
  const [first, second] = made;
  assert.equal((await sessions.list('bob')).length, 10);
  assert.deepEqual(setup.ended, [{ sessionId: first?.session.id, userId: 'bob', reason: 'too_many' }]);
  assert.equal(await sessions.end('ann', second?.session.id ?? ''), false);
  assert.equal(await sessions.end('bob', second?.session.id ?? ''), true);
  assert.equal((await sessions.list('bob')).length, 9);
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

test('a session knows whether its password was given in the last ten minutes', async () => {
  await using setup = await setUpAuth();
  const { auth } = setup;
  const { token, session } = await auth.sessions.create(await setup.addUser('ann', 'owner'), client);
  const current = async () => {
    const found = await auth.sessions.authenticate(token);
    assert.ok(found);
    return found;
  };
  assert.equal((await current()).recentlyProved, true);
  setup.pass(11 * MINUTE);
  assert.equal((await current()).recentlyProved, false);
  const actor = { id: 'ann', sessionId: session.id };
  await assert.rejects(auth.prove(actor, 'wrong', client.address), refused('unauthenticated'));
  await auth.prove(actor, password, client.address);
  assert.equal((await current()).recentlyProved, true);
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

test('a clock that jumps ends sessions or keeps them to their limits, and never makes one last for years', async () => {
  await using setup = await setUpAuth();
  const { sessions } = setup.auth;
  const owner = await setup.addUser('ann', 'owner');
  const HOUR = 60 * MINUTE;
  const YEARS = 10 * 365 * 24 * HOUR;
  const isValid = async (token: string) => (await sessions.authenticate(token)) !== undefined;

  const early = await sessions.create(owner, client);
  setup.pass(-HOUR);
  assert.ok(await isValid(early.token), 'an hour back signs nobody out');
  setup.pass(YEARS);
  assert.equal(await isValid(early.token), false);
  const late = await sessions.create(owner, client);
  assert.ok(await isValid(late.token));
  setup.pass(-YEARS);
  assert.equal(await isValid(late.token), false);
  assert.equal(await isValid(early.token), false, 'what ended stays ended');
  const after = await sessions.create(owner, client);
  setup.pass(29 * MINUTE);
  assert.ok(await isValid(after.token));
  setup.pass(31 * MINUTE);
  assert.equal(await isValid(after.token), false);
});
