import { openTestDatabase } from '../db/test-database.ts';
import { AppError } from '../errors/index.ts';
import { createAuth } from './auth.ts';
import { hashPassword } from './password.ts';
import type { SessionEnd } from './sessions.ts';
import { userNameKey } from './users.ts';

export const client = { address: '192.0.2.1', userAgent: 'test' };
/** Of every user that is added. */
export const password = 'correct horse battery';
export const MINUTE = 60_000;
export const refused = (code: AppError['code'], reason?: string) => (error: unknown) =>
  error instanceof AppError && error.code === code && (reason === undefined || error.details.reason === reason);

// Hashed once: each hash takes a tenth of a second and 64 MiB.
const passwordHash = await hashPassword(password);

/** Users and sessions on a database of their own, under a clock that a test moves. */
export async function setUpAuth() {
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
