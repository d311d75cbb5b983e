import { randomUUID } from 'node:crypto';
import { EngineError } from '#engine/errors/index.ts';
import type { Clock } from '#engine/lib/index.ts';
import { type Role, tryParseRole } from '../access/index.ts';
import { type Db, type DbTransaction, isUniqueViolation } from '../db/index.ts';
import { assertAcceptablePassword, hashPassword } from './password.ts';

export interface UserInfo {
  id: string;
  name: string;
  role: Role;
  disabled: boolean;
  /** The password was given by somebody else and has not been replaced yet. */
  temporaryPassword: boolean;
  createdAt: Date;
  lastSignInAt: Date | undefined;
}

export interface NewUser {
  name: string;
  role: Role;
  password: string;
  /** To be replaced at the first sign-in. */
  temporary?: boolean | undefined;
}

type Row = NonNullable<Awaited<ReturnType<Db['user']['findUnique']>>>;

const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}._@-]{0,62}[\p{L}\p{N}])?$/u;

/** Two names that look alike in case or Unicode form are one. */
export function userNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Checked and hashed outside the transaction that inserts it: hashing takes a tenth of a second. */
export async function prepareUser(user: NewUser, clock: Clock): Promise<Row> {
  if (!NAME.test(user.name)) {
    const message =
      'A user name has 1 to 64 letters, digits, dots, dashes, underscores or @, and begins and ends with a letter or digit';
    throw new EngineError('invalid_argument', message, { reason: 'user_name_invalid', field: 'name' });
  }
  assertAcceptablePassword(user.password, user.name);
  const now = clock();
  return {
    id: randomUUID(),
    name: user.name.normalize('NFC'),
    nameKey: userNameKey(user.name),
    role: user.role,
    passwordHash: await hashPassword(user.password),
    disabled: false,
    createdAt: now,
    passwordChangedAt: now,
    temporaryPassword: user.temporary ?? false,
    lastSignInAt: null,
    preferencesJson: '{}',
  };
}

/** @throws EngineError `already_exists` when the name is taken */
export async function insertUser(tx: DbTransaction, row: Row): Promise<UserInfo> {
  try {
    return toUserInfo(await tx.user.create({ data: row }));
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause;
    const details = { reason: 'user_name_taken', field: 'name', name: row.name };
    throw new EngineError('already_exists', `There is a user ${row.name} already`, details, { cause });
  }
}

/** @throws EngineError `data_corrupt` when the row names a role that does not exist: better nobody than somebody with odd rights */
export function toUserInfo(row: Row): UserInfo {
  const { id, name, disabled, temporaryPassword, createdAt, lastSignInAt } = row;
  const role = tryParseRole(row.role);
  if (role === undefined) {
    throw new EngineError('data_corrupt', `User ${name} has the unknown role ${row.role}`, {
      reason: 'role_unknown',
      name,
    });
  }
  return { id, name, role, disabled, temporaryPassword, createdAt, lastSignInAt: lastSignInAt ?? undefined };
}
