import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '#engine/lib/index.ts';
import { type Actor, type Role, tryParseRole } from '../access/index.ts';
import type { Db } from '../db/index.ts';
import { EndedSessions } from './ended-sessions.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MAX_PARALLEL = 10;
/** A clock that was wrong by less when a session began does not end it. */
const CLOCK_SLACK_MS = 24 * HOUR_MS;
const PROOF_MS = 10 * MINUTE_MS;
// A row is written at most this often while somebody clicks around.
const TOUCH_EVERY_MS = 30_000;

/** Stricter for those who can do more. */
export function sessionLimits(role: Role): { idleMs: number; absoluteMs: number } {
  return role === 'owner' || role === 'admin'
    ? { idleMs: 30 * MINUTE_MS, absoluteMs: 24 * HOUR_MS }
    : { idleMs: 12 * HOUR_MS, absoluteMs: 7 * 24 * HOUR_MS };
}

export interface SessionInfo {
  id: string;
  userId: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  address: string;
  userAgent: string;
}

/** A valid session and who it is; `actor` carries the role of now, not of sign-in. */
interface AuthenticatedSession extends SessionInfo {
  actor: Actor & { sessionId: string };
  /** Until when what asks for the password again does not: 10 minutes after it was given. */
  provedUntil: Date;
  recentlyProved: boolean;
  /** What the person chose for the dashboard, as the row holds it. */
  preferencesJson: string;
}

export interface Client {
  address: string;
  userAgent: string;
}

export type SessionEndReason =
  | 'signed_out'
  | 'ended'
  | 'ended_by_admin'
  | 'expired'
  | 'password_changed'
  | 'role_changed'
  | 'disabled'
  | 'too_many';

export interface SessionEnd {
  sessionId: string;
  userId: string;
  reason: SessionEndReason;
}

interface Known {
  userId: string;
  tokenHash: string;
  role: Role;
  since: Date;
}

type SessionRow = NonNullable<Awaited<ReturnType<Db['session']['findUnique']>>>;
type UserRow = NonNullable<Awaited<ReturnType<Db['user']['findUnique']>>>;

/** Sessions of people. The token is in the cookie only; the database has its SHA-256. */
export class Sessions {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #listeners = new Set<(end: SessionEnd) => void>();
  readonly #changes = new Set<() => void>();
  /** Who was let in by this process, as they were then: what `refresh` compares with. */
  readonly #known = new Map<string, Known>();
  readonly #ended = new EndedSessions();

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async create(user: { id: string; role: Role }, client: Client): Promise<{ token: string; session: SessionInfo }> {
    const token = randomBytes(32).toString('base64url');
    const now = this.#clock();
    const row = await this.#db.session.create({
      data: {
        id: randomUUID(),
        tokenHash: hashToken(token),
        userId: user.id,
        createdAt: now,
        lastSeenAt: now,
        provedAt: now,
        expiresAt: new Date(now.getTime() + sessionLimits(user.role).absoluteMs),
        address: client.address.slice(0, 100),
        userAgent: client.userAgent.slice(0, 300),
      },
    });
    this.#known.set(row.id, { userId: user.id, tokenHash: row.tokenHash, role: user.role, since: now });
    await this.#endOldest(user.id);
    this.tellChanged();
    return { token, session: toInfo(row) };
  }

  /**
   * Undefined for a token that is unknown, too old or idle for too long, or whose user is disabled. `touch: false` does not
   * count as activity: an open socket that is checked now and then must not keep an absent person signed in.
   */
  async authenticate(token: string, opts: { touch?: boolean } = {}): Promise<AuthenticatedSession | undefined> {
    const tokenHash = hashToken(token);
    const row = await this.#db.session.findUnique({ where: { tokenHash }, include: { user: true } });
    if (row !== null) return this.#check(row, opts.touch ?? true);
    const [gone] = [...this.#known].find(([, known]) => known.tokenHash === tokenHash) ?? [];
    if (gone !== undefined) await this.#noteGone(gone);
    return undefined;
  }

  /** The same by id, for sockets and jobs that hold no token. */
  async check(sessionId: string): Promise<AuthenticatedSession | undefined> {
    const row = await this.#db.session.findUnique({ where: { id: sessionId }, include: { user: true } });
    if (row !== null) return this.#check(row, false);
    await this.#noteGone(sessionId);
    return undefined;
  }

  /**
   * Why the session of this token ended, for a browser that was away when it was told. Undefined for one that goes on, that ended
   * under an earlier process, or that never was.
   */
  whyEnded(token: string): SessionEndReason | undefined {
    return this.#ended.reasonOfToken(hashToken(token));
  }

  /** The same by id. */
  whyEndedById(sessionId: string): SessionEndReason | undefined {
    return this.#ended.reasonOf(sessionId);
  }

  /** How many each user has, and when one of them was last used. */
  async countByUser(): Promise<ReadonlyMap<string, { count: number; lastSeenAt: Date }>> {
    const rows = await this.#db.session.findMany({ include: { user: true }, orderBy: { lastSeenAt: 'asc' } });
    const found = new Map<string, { count: number; lastSeenAt: Date }>();
    for (const row of rows) {
      if (this.#isOver(row)) continue;
      found.set(row.userId, { count: (found.get(row.userId)?.count ?? 0) + 1, lastSeenAt: row.lastSeenAt });
    }
    return found;
  }

  async list(userId: string): Promise<SessionInfo[]> {
    return (await this.#db.session.findMany({ where: { userId }, orderBy: { lastSeenAt: 'desc' } })).map(toInfo);
  }

  /** Ends one session of this user. False when it is not theirs or gone already. */
  async end(userId: string, sessionId: string, reason: SessionEndReason = 'ended'): Promise<boolean> {
    const where = { id: sessionId, userId };
    const row = await this.#db.session.findFirst({ where });
    if (row === null) return false;
    // First: who meets the missing row before it is told asks for the reason, or would find one of its own.
    this.#known.delete(sessionId);
    this.#ended.add(sessionId, row.tokenHash, reason);
    const { count } = await this.#db.session.deleteMany({ where });
    if (count > 0) this.#tell({ sessionId, userId, reason }, row.tokenHash);
    return count > 0;
  }

  async endAll(userId: string, reason: SessionEndReason, opts: { except?: string | undefined } = {}): Promise<number> {
    const sessions = await this.#db.session.findMany({ where: { userId }, select: { id: true } });
    const ending = sessions.filter(({ id }) => id !== opts.except);
    for (const { id } of ending) await this.end(userId, id, reason);
    return ending.length;
  }

  /** Ends what has run out without anybody asking. For a timer, so that sockets of forgotten tabs are cut. */
  async sweep(): Promise<number> {
    const rows = await this.#db.session.findMany({ include: { user: true } });
    const over = rows.filter((row) => this.#isOver(row));
    for (const row of over) await this.#endOver(row);
    return over.length;
  }

  /**
   * What another process changed, the command line above all: ends the sessions that are gone, or whose user is disabled or has
   * another role by now.
   */
  async refresh(): Promise<void> {
    // What begins while the rows are read is in none of them.
    const all = [...this.#known];
    if (all.length === 0) return;
    const rows = new Map((await this.#db.session.findMany({ include: { user: true } })).map((row) => [row.id, row]));
    for (const [sessionId, known] of all) {
      const row = rows.get(sessionId);
      if (row === undefined) await this.#noteGone(sessionId);
      else if (row.user.disabled) await this.end(known.userId, sessionId, 'disabled');
      else if (row.user.role !== known.role) await this.end(known.userId, sessionId, 'role_changed');
    }
  }

  /** Another process took its row. Told once, whoever finds it first; the reason is there when this resolves. */
  async #noteGone(sessionId: string): Promise<void> {
    const known = this.#known.get(sessionId);
    if (known === undefined) return;
    const reason = await this.#whyGone(known);
    if (this.#known.delete(sessionId)) this.#tell({ sessionId, userId: known.userId, reason }, known.tokenHash);
  }

  async #endOver({ id, userId, user }: SessionRow & { user: UserRow }): Promise<void> {
    await this.end(userId, id, user.disabled ? 'disabled' : 'expired');
  }

  async #whyGone({ userId, role, since }: Known): Promise<SessionEndReason> {
    const user = await this.#db.user.findUnique({ where: { id: userId } });
    if (user === null || user.disabled) return 'disabled';
    if (user.role !== role) return 'role_changed';
    return user.passwordChangedAt > since ? 'password_changed' : 'ended';
  }

  /** The password was given again in this session. */
  async markProved(sessionId: string): Promise<void> {
    await this.#db.session.updateMany({ where: { id: sessionId }, data: { provedAt: this.#clock() } });
  }

  /** Called after a session ended, whoever ended it: cut its sockets and streams. */
  onEnded(listener: (end: SessionEnd) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async #check(row: SessionRow & { user: UserRow }, touch: boolean): Promise<AuthenticatedSession | undefined> {
    const role = tryParseRole(row.user.role);
    if (role === undefined || this.#isOver(row)) {
      await this.#endOver(row);
      return undefined;
    }
    if (!this.#known.has(row.id)) {
      this.#known.set(row.id, { userId: row.userId, tokenHash: row.tokenHash, role, since: row.createdAt });
    }
    const now = this.#clock();
    if (touch && now.getTime() - row.lastSeenAt.getTime() >= TOUCH_EVERY_MS) {
      await this.#db.session.updateMany({ where: { id: row.id }, data: { lastSeenAt: now } });
      row.lastSeenAt = now;
    }
    const actor = { id: row.user.id, name: row.user.name, role, sessionId: row.id };
    const provedUntil = new Date(row.provedAt.getTime() + PROOF_MS);
    const { preferencesJson } = row.user;
    return { ...toInfo(row), actor, provedUntil, recentlyProved: now < provedUntil, preferencesJson };
  }

  #isOver(row: SessionRow & { user: UserRow }): boolean {
    const role = tryParseRole(row.user.role);
    if (role === undefined || row.user.disabled) return true;
    const now = this.#clock().getTime();
    const { idleMs, absoluteMs } = sessionLimits(role);
    return (
      // Begun under a clock that was set back since: by its own times it might last for years.
      now < row.createdAt.getTime() - CLOCK_SLACK_MS ||
      now >= row.expiresAt.getTime() ||
      now >= row.createdAt.getTime() + absoluteMs ||
      now >= row.lastSeenAt.getTime() + idleMs
    );
  }

  async #endOldest(userId: string): Promise<void> {
    const orderBy = [{ lastSeenAt: 'desc' as const }, { createdAt: 'desc' as const }];
    const surplus = await this.#db.session.findMany({ where: { userId }, orderBy, skip: MAX_PARALLEL });
    for (const { id } of surplus) await this.end(userId, id, 'too_many');
  }

  /** Called after users or sessions changed in a way that a list of them shows. */
  onChanged(listener: () => void): Disposable {
    this.#changes.add(listener);
    return { [Symbol.dispose]: () => void this.#changes.delete(listener) };
  }

  tellChanged(): void {
    for (const listener of this.#changes) listener();
  }

  #tell(end: SessionEnd, tokenHash: string): void {
    this.#ended.add(end.sessionId, tokenHash, end.reason);
    for (const listener of this.#listeners) listener(end);
    this.tellChanged();
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function toInfo({ id, userId, createdAt, lastSeenAt, expiresAt, address, userAgent }: SessionRow): SessionInfo {
  return { id, userId, createdAt, lastSeenAt, expiresAt, address, userAgent };
}
