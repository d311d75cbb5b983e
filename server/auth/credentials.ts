import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { EngineError } from '#engine/errors/index.ts';
import type { Clock } from '#engine/lib/index.ts';
import { type Actor, SCOPES, type Scope, scopesOf, tryParseRole } from '../access/index.ts';
import type { Db } from '../db/index.ts';
import { type ClientCertificate, issueClientCertificate } from '../tls/index.ts';
import { toUserInfo, type UserInfo } from './users.ts';

const DAY_MS = 24 * 3_600_000;
/** So that nobody keeps a key longer than they remember it. */
const MAX_DAYS = 365;
const MAX_PER_USER = 50;
// A row is written at most this often while a program asks again and again.
const TOUCH_EVERY_MS = 30_000;
const PREFIX = 'dvt_';

type CredentialKind = 'token' | 'certificate';

/** A key of a user for programs, without its secret. */
interface CredentialInfo {
  id: string;
  kind: CredentialKind;
  userId: string;
  name: string;
  scopes: Scope[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | undefined;
  lastAddress: string | undefined;
}

interface NewCredential {
  name: string;
  days: number;
  scopes: readonly Scope[];
}

type Row = NonNullable<Awaited<ReturnType<Db['credential']['findUnique']>>>;
type UserRow = NonNullable<Awaited<ReturnType<Db['user']['findUnique']>>>;

/**
 * Access tokens and client certificates of users. Each holds at most what its user may do at the moment it is shown: a role taken
 * away is gone from its tokens too.
 */
export class Credentials {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #tlsFolder: string;

  constructor(db: Db, clock: Clock, tlsFolder: string) {
    this.#db = db;
    this.#clock = clock;
    this.#tlsFolder = tlsFolder;
  }

  /**
   * The token itself is told here and never again.
   * @throws EngineError `invalid_argument` for a scope above the role, a life above 365 days or a bad name; `resource_exhausted`
   */
  async createToken(userId: string, wish: NewCredential): Promise<{ token: string; credential: CredentialInfo }> {
    const user = await this.#prepare(userId, wish);
    const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const expiresAt = new Date(this.#clock().getTime() + wish.days * DAY_MS);
    return { token, credential: await this.#insert('token', user, wish, hashOf(token), expiresAt) };
  }

  /** Signed by our authority for clients; the key is told here and kept nowhere. @throws as `createToken`; `unavailable` */
  async issueCertificate(
    userId: string,
    wish: NewCredential,
  ): Promise<{ certificate: ClientCertificate; credential: CredentialInfo }> {
    const user = await this.#prepare(userId, wish);
    const { name: userName } = user;
    const certificate = await issueClientCertificate({
      folder: this.#tlsFolder,
      userName,
      days: wish.days,
      clock: this.#clock,
    });
    const { fingerprint, expiresAt } = certificate;
    return { certificate, credential: await this.#insert('certificate', user, wish, fingerprint, expiresAt) };
  }

  /** Those of one user, newest first, expired ones included. */
  async list(userId: string): Promise<CredentialInfo[]> {
    const rows = await this.#db.credential.findMany({ where: { userId }, orderBy: { createdAt: 'desc' } });
    return rows.map(toInfo);
  }

  /** False when it is not theirs or gone already. Without a user: whosever it is. */
  async revoke(credentialId: string, userId?: string): Promise<boolean> {
    const where = { id: credentialId, ...(userId === undefined ? {} : { userId }) };
    return (await this.#db.credential.deleteMany({ where })).count > 0;
  }

  /** Whose token this is, as actor of now; undefined when unknown, expired, or its user is disabled. */
  async actorOfToken(token: string, address: string): Promise<Actor | undefined> {
    if (!token.startsWith(PREFIX) || token.length > 128) return undefined;
    return this.#actorOf('token', hashOf(token), address);
  }

  /** The same for a certificate whose signature has been checked. `fingerprint`: SHA-256 of it in lower case hex. */
  actorOfCertificate(fingerprint: string, address: string): Promise<Actor | undefined> {
    return this.#actorOf('certificate', fingerprint, address);
  }

  /** As when it was shown, without counting as use: for what goes on. */
  async actorOf(credentialId: string): Promise<Actor | undefined> {
    const found = await this.#db.credential.findUnique({ where: { id: credentialId }, include: { user: true } });
    return found === null ? undefined : this.#toActor(found);
  }

  async #actorOf(kind: CredentialKind, secretHash: string, address: string): Promise<Actor | undefined> {
    const row = await this.#db.credential.findUnique({ where: { secretHash }, include: { user: true } });
    if (row === null || row.kind !== kind) return undefined;
    const actor = this.#toActor(row);
    if (actor === undefined) return undefined;
    const now = this.#clock();
    if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() >= TOUCH_EVERY_MS) {
      const data = { lastUsedAt: now, lastAddress: address.slice(0, 100) };
      await this.#db.credential.updateMany({ where: { id: row.id }, data });
    }
    return actor;
  }

  #toActor(row: Row & { user: UserRow }): Actor | undefined {
    const role = tryParseRole(row.user.role);
    if (role === undefined || row.user.disabled || row.expiresAt <= this.#clock()) return undefined;
    return { id: row.userId, name: row.user.name, role, credentialId: row.id, scopes: readScopes(row.scopesJson) };
  }

  async #prepare(userId: string, { name, days, scopes }: NewCredential): Promise<UserInfo> {
    const row = await this.#db.user.findUnique({ where: { id: userId } });
    if (row === null || row.disabled) {
      throw new EngineError('not_found', 'The account is gone or disabled', { reason: 'user_not_found' });
    }
    const user = toUserInfo(row);
    if (!/^[^\p{Cc}]{1,64}$/u.test(name) || name.trim() !== name) {
      throw wrong('A name has 1 to 64 characters', 'credential_name_invalid', 'name');
    }
    if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
      throw wrong(`It can be valid for 1 to ${MAX_DAYS} days`, 'credential_days_invalid', 'days');
    }
    if (scopes.length === 0) throw wrong('At least one scope is needed', 'credential_scopes_missing', 'scopes');
    const above = scopes.find((scope) => !scopesOf(user.role).includes(scope));
    if (above !== undefined) {
      throw wrong(`The role ${user.role} holds nothing in ${above}`, 'scope_above_role', 'scopes', { scope: above });
    }
    const count = await this.#db.credential.count({ where: { userId, expiresAt: { gt: this.#clock() } } });
    if (count >= MAX_PER_USER) {
      const words = `There are ${MAX_PER_USER} already; revoke one first`;
      throw new EngineError('resource_exhausted', words, { reason: 'too_many_credentials', limit: MAX_PER_USER });
    }
    return user;
  }

  async #insert(
    kind: CredentialKind,
    { id: userId }: UserInfo,
    { name, scopes }: NewCredential,
    secretHash: string,
    expiresAt: Date,
  ): Promise<CredentialInfo> {
    const row = { id: randomUUID(), kind, userId, name, secretHash, createdAt: this.#clock(), expiresAt };
    return toInfo(await this.#db.credential.create({ data: { ...row, scopesJson: JSON.stringify(scopes) } }));
  }
}

function wrong(message: string, reason: string, field: string, more: Record<string, string> = {}): EngineError {
  return new EngineError('invalid_argument', message, { reason, field, ...more });
}

/** 256 random bits need no salt and no slow hash: there is nothing to guess. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Words that are no scope any more give nothing. */
function readScopes(json: string): Scope[] {
  const stored: unknown = JSON.parse(json);
  return Array.isArray(stored) ? SCOPES.filter((scope) => stored.includes(scope)) : [];
}

function toInfo(row: Row): CredentialInfo {
  const { id, userId, name, createdAt, expiresAt, lastUsedAt, lastAddress } = row;
  return {
    ...{ id, userId, name, createdAt, expiresAt },
    kind: row.kind === 'certificate' ? 'certificate' : 'token',
    scopes: readScopes(row.scopesJson),
    lastUsedAt: lastUsedAt ?? undefined,
    lastAddress: lastAddress ?? undefined,
  };
}
