import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, writeFileAtomic } from '#engine/lib/index.ts';
import type { Db, DbTransaction } from '../db/index.ts';
import { AppError } from '../errors/index.ts';

const LIFE_MS = 60 * 60_000;
// A code that ends before it can be typed helps nobody.
const USABLE_MS = 5 * 60_000;
const ROW = 1;

export interface IssuedCode {
  code: string;
  file: string;
  expiresAt: Date;
}

function setupCodeFile(databaseFile: string): string {
  return join(dirname(databaseFile), 'setup-code');
}

/**
 * The code in force, or a new one when there is none that still lasts a while. It lies in a private file beside the database,
 * which has its hash only. Asking again, or a restart, neither lengthens its life nor makes a second one valid.
 *
 * @throws AppError `gone` when there is an owner already
 */
export async function issueSetupCode(db: Db, databaseFile: string, clock: Clock): Promise<IssuedCode> {
  if (await hasOwner(db)) throw alreadySetUp();
  const createdAt = clock();
  const file = setupCodeFile(databaseFile);
  const current = await readCurrent(db, file, createdAt);
  if (current !== undefined) return current;
  const code = formatCode(randomBytes(20));
  const expiresAt = new Date(createdAt.getTime() + LIFE_MS);
  const row = { codeHash: hashCode(code), createdAt, expiresAt, usedAt: null };
  await db.setupCode.upsert({ where: { id: ROW }, create: { id: ROW, ...row }, update: row });
  await writeFileAtomic(file, `${code}\n`, { mode: 0o600 });
  return { code, file, expiresAt };
}

async function readCurrent(db: Db, file: string, now: Date): Promise<IssuedCode | undefined> {
  // No file, no code: only its hash is left.
  const code = (await readFile(file, 'utf8').catch(() => '')).trim();
  const row = await db.setupCode.findUnique({ where: { id: ROW } });
  if (row === null || row.usedAt !== null || row.codeHash !== hashCode(code)) return undefined;
  return row.expiresAt.getTime() - now.getTime() < USABLE_MS ? undefined : { code, file, expiresAt: row.expiresAt };
}

/** Looks without taking: a wrong code must not cost a password hash. @throws as `redeemSetupCode` */
export async function assertSetupCode(db: Db, code: string, now: Date): Promise<void> {
  if (await hasOwner(db)) throw alreadySetUp();
  const where = { id: ROW, codeHash: hashCode(code), usedAt: null, expiresAt: { gt: now } };
  if ((await db.setupCode.count({ where })) === 0) throw wrongCode();
}

/**
 * Takes the code, once, inside the transaction that makes the owner.
 *
 * @throws AppError `gone` after the first use, `unauthenticated` when it is wrong or too old
 */
export async function redeemSetupCode(tx: DbTransaction, code: string, now: Date): Promise<void> {
  if (await hasOwner(tx)) throw alreadySetUp();
  const where = { id: ROW, codeHash: hashCode(code), usedAt: null, expiresAt: { gt: now } };
  const { count } = await tx.setupCode.updateMany({ where, data: { usedAt: now } });
  if (count !== 1) throw wrongCode();
}

/** Other users may come first, from the command line; only an owner ends the setup. */
export async function hasOwner(db: Pick<Db, 'user'>): Promise<boolean> {
  return (await db.user.count({ where: { role: 'owner' } })) > 0;
}

export async function removeSetupCodeFile(databaseFile: string): Promise<void> {
  await rm(setupCodeFile(databaseFile), { force: true });
}

/** Read aloud and typed by people: base32 without look-alikes, in groups. 20 bytes are 32 letters. */
function formatCode(bytes: Buffer): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz023456789';
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const letters = bits.match(/.{5}/g)?.map((five) => alphabet.charAt(Number.parseInt(five, 2))) ?? [];
  return letters.join('').match(/.{4}/g)?.join('-') ?? '';
}

/** A random code of 160 bits needs no slow hash. Case, spaces and dashes do not count. */
function hashCode(code: string): string {
  const plain = code.toLowerCase().replace(/[\s-]/g, '');
  return createHash('sha256').update(plain).digest('hex');
}

/** One answer for wrong, used and expired. */
function wrongCode(): AppError {
  const message = 'The setup code is wrong or has expired; "./davit admin setup-code" prints the one in force';
  return new AppError('unauthenticated', message, { reason: 'setup_code_invalid', field: 'code' });
}

function alreadySetUp(): AppError {
  return new AppError('gone', 'This Davit has been set up already', { reason: 'already_set_up' });
}
