import { type Argon2Parameters, argon2, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { EngineError } from '#engine/errors/index.ts';

const deriveKey = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>;

const MEMORY_KIB = 64 * 1024;
const PASSES = 3;
const KEY_BYTES = 32;
const MAX_PARALLEL = 4;
const MAX_WAITING = 64;
const MIN_LENGTH = 12;
const MAX_LENGTH = 256;
const HASH = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([\w+/]+)\$([\w+/]+)$/;

/** No password has it. Unknown names are checked against it, so that they take as long as known ones. */
export const DECOY_HASH = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * Argon2id in the common text form (`$argon2id$v=19$m=…`), so that stronger parameters can come later.
 * At most four at once: each takes 64 MiB, and a crowd at the sign-in page must not take the memory of the containers.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, MEMORY_KIB, PASSES);
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${unpadded(salt)}$${unpadded(key)}`;
}

/** @throws EngineError `data_corrupt` when the stored hash is not of this form; `unavailable` when too many are waiting */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, salt, key] = HASH.exec(hash) ?? [];
  if (memory === undefined || passes === undefined || salt === undefined || key === undefined) {
    throw new EngineError('data_corrupt', 'A stored password hash cannot be read', {
      reason: 'password_hash_unreadable',
    });
  }
  const expected = Buffer.from(key, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), Number(memory), Number(passes));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** @throws EngineError `invalid_argument` naming the rule that the new password breaks */
export function assertAcceptablePassword(password: string, userName: string): void {
  const length = [...password].length;
  const refuse = (reason: string, message: string) =>
    new EngineError('invalid_argument', message, { reason, field: 'password', min: MIN_LENGTH, max: MAX_LENGTH });
  if (length < MIN_LENGTH) throw refuse('password_too_short', `A password has at least ${MIN_LENGTH} characters`);
  if (length > MAX_LENGTH) throw refuse('password_too_long', `A password has at most ${MAX_LENGTH} characters`);
  if (isGuessable(password.toLowerCase(), userName.toLowerCase())) {
    throw refuse('password_guessable', 'This password is one of the first that are tried');
  }
}

/** For somebody else, to be read aloud or typed once: 24 letters without look-alikes, 118 bits. */
export function drawPassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const letters = Array.from({ length: 24 }, () => alphabet.charAt(randomInt(alphabet.length)));
  return letters.join('').match(/.{4}/g)?.join('-') ?? '';
}

const COMMON_WORDS =
  'password|passwort|passw0rd|p@ssword|p@ssw0rd|letmein|welcome|administrator|admin|docker|container|davit|changeme|secret|qwertyuiop|qwerty|asdfghjkl|zxcvbnm|iloveyou|abc|test|login|root|user|master|dragon|monkey|football|baseball|sunshine|princess|trustno';

/** What is left after common words, the user's name, runs of digits and repetitions says how much must be guessed. */
function isGuessable(password: string, userName: string): boolean {
  const rest = password
    .replaceAll(userName === '' ? '\u0000' : userName, '')
    .replace(new RegExp(COMMON_WORDS, 'g'), '')
    .replace(/0?123456789?0?|0?12345\d*|9876543210?|(?:19|20)\d\d/g, '')
    .replace(/[\d!?.,_\-*#@$ ]+$/, '');
  return rest.length < 4 || new Set(password).size < 5 || isRepeated(password);
}

/** The same short piece over and over, such as `abcabcabcabc`. */
function isRepeated(text: string): boolean {
  return /^(.{1,4})\1+.{0,3}$/.test(text);
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, nonce: Buffer, memory: number, passes: number): Promise<Buffer> {
  if (waiting.length >= MAX_WAITING) {
    throw new EngineError('unavailable', 'Too many sign-ins at once; try again in a moment', {
      reason: 'sign_in_busy',
    });
  }
  if (running >= MAX_PARALLEL) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    // NFC: the same password typed on another keyboard may arrive in another Unicode form.
    const message = password.normalize('NFC');
    return await deriveKey('argon2id', { message, nonce, memory, passes, parallelism: 1, tagLength: KEY_BYTES });
  } finally {
    // A waiting one takes over this place, so the count only falls when nobody waits.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
