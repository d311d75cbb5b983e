import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from '../db/index.ts';
import { createAuth } from './auth.ts';
import { EndedSessions } from './ended-sessions.ts';
import { type SessionEnd, Sessions, sessionLimits } from './sessions.ts';
import { client, MINUTE, password, refused, setUpAuth } from './test-auth.ts';

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
