import { dirname, join } from 'node:path';
import { EngineError } from '#engine/errors/index.ts';
import { type Clock, systemClock } from '#engine/lib/index.ts';
import type { Actor, Role } from '../access/index.ts';
import type { Db } from '../db/index.ts';
import { AppError } from '../errors/index.ts';
import { changeUser, type UserChange } from './change-user.ts';
import { Credentials } from './credentials.ts';
import { assertAcceptablePassword, DECOY_HASH, drawPassword, hashPassword, verifyPassword } from './password.ts';
import type { Preferences } from './preferences.schema.ts';
import { changePreferences, readPreferences } from './preferences.ts';
import { type Client, type SessionInfo, Sessions } from './sessions.ts';
import {
  assertSetupCode,
  hasOwner,
  type IssuedCode,
  issueSetupCode,
  redeemSetupCode,
  removeSetupCodeFile,
} from './setup-code.ts';
import { type NextAttempt, Throttle } from './throttle.ts';
import { insertUser, type NewUser, prepareUser, toUserInfo, type UserInfo, userNameKey } from './users.ts';

export interface SignedIn {
  /** For the cookie; nobody else ever sees it. */
  token: string;
  user: UserInfo;
  session: SessionInfo;
  /** How the dashboard looks to them. */
  preferences: Preferences;
}

/** Who people are: first owner, sign-in, sessions, passwords. Permission to call each is the caller's business. */
export interface Auth {
  readonly sessions: Sessions;
  /** Access tokens and client certificates. */
  readonly credentials: Credentials;
  /** True until the first owner exists: everything but the setup page is closed. */
  needsSetup(): Promise<boolean>;
  /** @throws AppError `gone` when there is an owner */
  issueSetupCode(): Promise<IssuedCode>;
  /** Makes the owner with what was chosen on the way and signs them in. @throws AppError `gone`, `unauthenticated`, `throttled`; EngineError `invalid_argument` */
  setUp(
    input: { code: string; name: string; password: string; preferences?: Preferences | undefined },
    client: Client,
  ): Promise<SignedIn>;
  /**
   * With a password that somebody else gave, the new one is set at once.
   *
   * @throws AppError `unauthenticated` (the same for an unknown name, in the same time; `password_temporary` when a new one is
   * needed), `throttled`; EngineError `invalid_argument` for a new one that will not do
   */
  signIn(
    input: { name: string; password: string; newPassword?: string | undefined },
    client: Client,
  ): Promise<SignedIn>;
  signOut(actor: { id: string; sessionId: string }): Promise<void>;
  /** The password once more, before something grave. @throws AppError `unauthenticated`, `throttled` */
  prove(actor: { id: string; sessionId: string }, password: string, address: string): Promise<void>;
  /** Ends every other session of the user. @throws AppError `unauthenticated` when the old one is wrong */
  changePassword(
    actor: { id: string; sessionId: string },
    input: { oldPassword: string; newPassword: string },
    address: string,
  ): Promise<void>;
  /** What a person chose for the dashboard; nothing of somebody who is gone. */
  preferencesOf(userId: string): Promise<Preferences>;
  /** What a person chose for the dashboard, added to what they chose before. */
  changePreferences(userId: string, change: Preferences): Promise<Preferences>;
  /** Called with the user whose choice it was: their other browsers follow. */
  onPreferencesChanged(listener: (userId: string) => void): Disposable;
  createUser(user: NewUser): Promise<UserInfo>;
  /** A user with a password drawn here, good for one sign-in. Nobody can read it again. */
  inviteUser(user: { name: string; role: Role }): Promise<{ user: UserInfo; password: string }>;
  /** Sets a password without the old one and ends all sessions. @throws EngineError `not_found` */
  resetPassword(name: string, password: string): Promise<UserInfo>;
  /** The same with one drawn here, good for one sign-in. @throws EngineError `not_found` */
  drawPasswordFor(name: string): Promise<{ user: UserInfo; password: string }>;
  /** Ends all sessions: they were begun under other rights. @throws EngineError `not_found`, `conflict` (the last owner) */
  changeUser(name: string, change: UserChange): Promise<UserInfo>;
  findUser(name: string): Promise<UserInfo | undefined>;
  listUsers(): Promise<UserInfo[]>;
  /** Called after something changed that a list of users shows: users, roles, sessions; by this process or another. */
  onUsersChanged(listener: () => void): Disposable;
  /** The user as actor of now; undefined when gone or disabled. */
  actorOf(userId: string): Promise<Actor | undefined>;
}

interface AuthOptions {
  db: Db;
  /** The setup code's file lies beside it, and so do the keys of the authorities. */
  databaseFile: string;
  clock?: Clock;
}

export function createAuth(opts: AuthOptions): Auth {
  const { db, databaseFile, clock = systemClock } = opts;
  const sessions = new Sessions(db, clock);
  const throttle = new Throttle(clock);
  const choices = new Set<(userId: string) => void>();

  async function assertPassword(userId: string, password: string, address: string): Promise<void> {
    const user = await db.user.findUnique({ where: { id: userId } });
    if (user === null || user.disabled) throw wrongPassword();
    throttle.attempt(user.nameKey, address);
    if (!(await verifyPassword(password, user.passwordHash))) throw wrongPassword();
    throttle.succeeded(user.nameKey);
  }

  async function newHash(password: string, temporaryPassword: boolean) {
    return { passwordHash: await hashPassword(password), passwordChangedAt: clock(), temporaryPassword };
  }

  /** What somebody else knows is not a password yet. */
  async function replaceTemporary(name: string, given: string, wanted: string | undefined) {
    if (wanted === undefined) {
      const message = 'This password was for one sign-in: choose another one';
      throw new AppError('unauthenticated', message, { reason: 'password_temporary', field: 'newPassword' });
    }
    if (wanted === given) {
      const message = 'The new password is the old one';
      throw new EngineError('invalid_argument', message, { reason: 'password_same', field: 'newPassword' });
    }
    assertAcceptablePassword(wanted, name);
    return newHash(wanted, false);
  }

  async function createUser(user: NewUser): Promise<UserInfo> {
    const made = await insertUser(db, await prepareUser(user, clock));
    sessions.tellChanged();
    return made;
  }

  async function setPassword(name: string, password: string, temporary: boolean): Promise<UserInfo> {
    const row = await db.user.findUnique({ where: { nameKey: userNameKey(name) } });
    if (row === null) throw new EngineError('not_found', `No such user: ${name}`, { reason: 'user_not_found', name });
    assertAcceptablePassword(password, row.name);
    const user = toUserInfo(await db.user.update({ where: { id: row.id }, data: await newHash(password, temporary) }));
    throttle.succeeded(row.nameKey);
    await sessions.endAll(row.id, 'password_changed');
    sessions.tellChanged();
    return user;
  }

  return {
    sessions,
    credentials: new Credentials(db, clock, join(dirname(databaseFile), 'tls')),
    needsSetup: async () => !(await hasOwner(db)),
    issueSetupCode: () => issueSetupCode(db, databaseFile, clock),

    async setUp({ code, name, password, preferences = {} }, client) {
      const account = `setup from ${client.address}`;
      throttle.attempt(account, client.address);
      await assertSetupCode(db, code, clock());
      const row = await prepareUser({ name, password, role: 'owner' }, clock);
      const user = await db.$transaction(async (tx) => {
        await redeemSetupCode(tx, code, clock());
        return insertUser(tx, { ...row, lastSignInAt: clock(), preferencesJson: JSON.stringify(preferences) });
      });
      throttle.succeeded(account);
      await removeSetupCodeFile(databaseFile);
      return { user, preferences, ...(await sessions.create(user, client)) };
    },

    async signIn({ name, password, newPassword }, client) {
      const nameKey = userNameKey(name.slice(0, 256));
      const next = throttle.attempt(nameKey, client.address);
      const row = await db.user.findUnique({ where: { nameKey } });
      const matches = await verifyPassword(password.slice(0, 1024), row?.passwordHash ?? DECOY_HASH);
      if (row === null || row.disabled || !matches) throw wrongSignIn(next);
      throttle.succeeded(nameKey);
      const data = row.temporaryPassword ? await replaceTemporary(row.name, password, newPassword) : {};
      const user = toUserInfo(
        await db.user.update({ where: { id: row.id }, data: { ...data, lastSignInAt: clock() } }),
      );
      const preferences = readPreferences(row.preferencesJson);
      return { user, preferences, ...(await sessions.create(user, client)) };
    },

    async signOut({ id, sessionId }) {
      await sessions.end(id, sessionId, 'signed_out');
    },

    async prove({ id, sessionId }, password, address) {
      await assertPassword(id, password, address);
      await sessions.markProved(sessionId);
    },

    async changePassword({ id, sessionId }, { oldPassword, newPassword }, address) {
      await assertPassword(id, oldPassword, address);
      const { name } = await db.user.findUniqueOrThrow({ where: { id }, select: { name: true } });
      assertAcceptablePassword(newPassword, name);
      await db.user.update({ where: { id }, data: await newHash(newPassword, false) });
      await sessions.endAll(id, 'password_changed', { except: sessionId });
    },

    async preferencesOf(id) {
      const found = await db.user.findUnique({ where: { id }, select: { preferencesJson: true } });
      return readPreferences(found?.preferencesJson ?? '{}');
    },

    async changePreferences(userId, change) {
      const next = await changePreferences(db, userId, change);
      for (const listener of choices) listener(userId);
      return next;
    },

    onPreferencesChanged(listener) {
      choices.add(listener);
      return { [Symbol.dispose]: () => void choices.delete(listener) };
    },

    createUser,

    async inviteUser({ name, role }) {
      const password = drawPassword();
      return { user: await createUser({ name, role, password, temporary: true }), password };
    },

    resetPassword: (name, password) => setPassword(name, password, false),

    async drawPasswordFor(name) {
      const password = drawPassword();
      return { user: await setPassword(name, password, true), password };
    },

    async changeUser(name, change) {
      const { user, ends } = await changeUser(db, name, change);
      if (ends !== undefined) await sessions.endAll(user.id, ends);
      sessions.tellChanged();
      return user;
    },

    async findUser(name) {
      const row = await db.user.findUnique({ where: { nameKey: userNameKey(name) } });
      return row === null ? undefined : toUserInfo(row);
    },

    onUsersChanged: (listener) => sessions.onChanged(listener),

    listUsers: async () => (await db.user.findMany({ orderBy: { nameKey: 'asc' } })).map(toUserInfo),

    async actorOf(userId) {
      const row = await db.user.findUnique({ where: { id: userId } });
      if (row === null || row.disabled) return undefined;
      const { id, name, role } = toUserInfo(row);
      return { id, name, role };
    },
  };
}

function wrongSignIn({ triesLeft, waitSeconds }: NextAttempt): AppError {
  const next = waitSeconds > 0 ? { retryAfterSeconds: waitSeconds } : { triesLeft };
  return new AppError('unauthenticated', 'Name or password is wrong', { reason: 'sign_in_wrong', ...next });
}

function wrongPassword(): AppError {
  return new AppError('unauthenticated', 'The password is wrong', { reason: 'password_wrong', field: 'password' });
}
