import type { Clock } from '#engine/lib/index.ts';
import { AppError } from '../errors/index.ts';

const FREE_FAILURES = 4;
const MAX_DELAY_MS = 15 * 60_000;
const FORGET_AFTER_MS = 24 * 3_600_000;
const WINDOW_MS = 60_000;
const PER_ADDRESS = 30;
const PER_INSTANCE = 300;
const MAX_ENTRIES = 10_000;

/** What somebody hears whose attempt failed. */
export interface NextAttempt {
  /** Wrong ones that cost no waiting. */
  triesLeft: number;
  waitSeconds: number;
}

interface Failures {
  count: number;
  lastAt: number;
}

/**
 * Slows guessing without locking anybody out: from the fifth failure an account waits 1 s, doubling up to 15 min;
 * an address has 30 attempts a minute, the whole instance 300. In memory: a restart forgives.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();
  readonly #attempts = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts this attempt. Called before the password is looked at, so that parallel guesses count too.
   * Returns what is told should this one fail: of any name, whether anybody has it or not.
   *
   * @throws AppError `throttled` with `retryAfterSeconds`
   */
  attempt(account: string, address: string): NextAttempt {
    const now = this.#clock().getTime();
    const waitMs = Math.max(
      this.#accountWait(account, now),
      this.#windowWait('*', PER_INSTANCE, now),
      this.#windowWait(`address ${address}`, PER_ADDRESS, now),
    );
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      const message = `Too many attempts; try again in ${retryAfterSeconds} s`;
      throw new AppError('throttled', message, { reason: 'too_many_attempts', retryAfterSeconds });
    }
    for (const key of ['*', `address ${address}`]) remember(this.#attempts, key, [...this.#recent(key, now), now]);
    const count = (this.#failures.get(account)?.count ?? 0) + 1;
    remember(this.#failures, account, { count, lastAt: now });
    return {
      triesLeft: Math.max(FREE_FAILURES + 1 - count, 0),
      waitSeconds: Math.ceil(this.#accountWait(account, now) / 1000),
    };
  }

  /** The attempt was good: the account starts afresh, the address keeps its count. */
  succeeded(account: string): void {
    this.#failures.delete(account);
  }

  #accountWait(account: string, now: number): number {
    const failures = this.#failures.get(account);
    if (failures === undefined || failures.count <= FREE_FAILURES) return 0;
    // A clock that was set back would make everybody wait for as long; as after a restart, it is forgiven.
    if (now < failures.lastAt || now - failures.lastAt > FORGET_AFTER_MS) {
      this.#failures.delete(account);
      return 0;
    }
    const delay = Math.min(1000 * 2 ** (failures.count - FREE_FAILURES - 1), MAX_DELAY_MS);
    return failures.lastAt + delay - now;
  }

  #windowWait(key: string, limit: number, now: number): number {
    const recent = this.#recent(key, now);
    const oldest = recent[0];
    return recent.length < limit || oldest === undefined ? 0 : oldest + WINDOW_MS - now;
  }

  #recent(key: string, now: number): number[] {
    return (this.#attempts.get(key) ?? []).filter((at) => at > now - WINDOW_MS && at <= now);
  }
}

/** Bounded: names and addresses come from strangers. The one untouched for longest goes first. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_ENTRIES) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
