import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '#engine/errors/index.ts';
import { type Logger, writeFileAtomic } from '#engine/lib/index.ts';
import { toKnownError } from '../errors/index.ts';

/** One write that waits, as JSON: whose it is, of which row, and what that one's writer makes of it. */
interface LateWrite {
  to: string;
  key: string;
  data: Readonly<Record<string, unknown>> | null;
}

type Writer = (late: LateWrite) => Promise<unknown>;

/** Writes that may wait for the disk, see `Backlog`. */
export interface LateWrites {
  /** Whoever may let writes wait says here how one is made up for; it must be possible to do so twice. */
  register(to: string, writer: Writer): void;
  /** Does `work`; when the disk refuses it, `late` is kept in its place and `instead` tells what it will have made. */
  write<T>(late: LateWrite, work: () => Promise<T>, instead: () => T): Promise<T>;
  /** Does `work`, which cannot wait and must not overtake what does. */
  inOrder<T>(work: () => Promise<T>): Promise<T>;
  /** Rows as they will be once everything has been written. */
  applied<Row extends object>(to: string, rows: readonly Row[], keyOf: (row: Row) => string): Row[];
}

/** More than people stop and remove while a disk cannot be written to. */
const MAX_WAITING = 5_000;
const RETRY_MS = 2_000;
const REFUSALS = ['disk_read_only', 'disk_failed', 'disk_full'];

/**
 * Records that the disk did not take, of what must be possible all the same: that a container ends, is stopped or removed.
 * They are in memory, in a file of the run root, which is another file system, and in the log of the server; in the database as
 * soon as it can be written to, in their order.
 */
export class Backlog implements LateWrites {
  readonly #file: string;
  readonly #log: Logger;
  readonly #writers = new Map<string, Writer>();
  #waiting: LateWrite[] = [];
  #flushing: Promise<void> | undefined;
  #saving: Promise<void> = Promise.resolve();

  /** @param file in the run root */
  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
  }

  get size(): number {
    return this.#waiting.length;
  }

  register(to: string, writer: Writer): void {
    this.#writers.set(to, writer);
  }

  /** What a server before this one could not write, after everybody has registered. */
  async load(): Promise<void> {
    try {
      const text = await readFile(this.#file, 'utf8');
      this.#waiting = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): LateWrite => JSON.parse(line));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }

  async write<T>(late: LateWrite, work: () => Promise<T>, instead: () => T): Promise<T> {
    try {
      return await this.inOrder(work);
    } catch (error) {
      if (!isRefused(error)) throw error;
      await this.#keep(late, error);
      return instead();
    }
  }

  async inOrder<T>(work: () => Promise<T>): Promise<T> {
    await this.flush();
    return work();
  }

  applied<Row extends object>(to: string, rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
    const found = new Map(rows.map((row) => [keyOf(row), row]));
    for (const { key, data } of this.#waiting.filter((late) => late.to === to)) {
      const row = found.get(key);
      if (row === undefined) continue;
      if (data === null) found.delete(key);
      else found.set(key, { ...row, ...data });
    }
    return [...found.values()];
  }

  /** Writes what waits. Rejects with what the first one met that still cannot be written. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  /** Tries again and again, until disposed. */
  keepTrying(): AsyncDisposable {
    const ended = new AbortController();
    const trying = this.#tryUntil(ended.signal);
    return {
      [Symbol.asyncDispose]: async () => {
        ended.abort();
        await trying;
      },
    };
  }

  async #tryUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // The next try says it, or the order that needs it.
      await this.flush().catch(() => undefined);
      // Ended early by the signal, which the loop sees.
      await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #flushAll(): Promise<void> {
    let written = 0;
    for (let late = this.#waiting[0]; late !== undefined; late = this.#waiting[0]) {
      const writer = this.#writers.get(late.to);
      if (writer === undefined) throw new Error(`nobody writes late records of ${late.to}`);
      await writer(late);
      this.#waiting.shift();
      written += 1;
      await this.#save();
    }
    this.#log.info({ written }, 'what had waited for the disk is in the records');
  }

  async #keep(late: LateWrite, cause: unknown): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) throw cause;
    this.#waiting.push(late);
    try {
      await this.#save();
    } catch (error) {
      this.#waiting = this.#waiting.filter((other) => other !== late);
      this.#log.error({ err: error, file: this.#file }, 'what waits for the disk cannot be kept');
      throw cause;
    }
    // The log may be on a disk that outlives both.
    this.#log.warn({ late, why: toKnownError(cause)?.message }, 'the disk takes no records: this one waits for it');
  }

  /** One at a time, and the last one has all. */
  #save(): Promise<void> {
    const saved = this.#saving.then(async () => {
      const lines = this.#waiting.map((late) => `${JSON.stringify(late)}\n`);
      await writeFileAtomic(this.#file, lines.join(''));
    });
    // Its caller hears of a failure; the next one must still be tried.
    this.#saving = saved.catch(() => undefined);
    return saved;
  }
}

/** For a process that writes records but keeps none waiting. */
export const NO_BACKLOG: LateWrites = {
  register: () => undefined,
  write: (_late, work) => work(),
  inOrder: (work) => work(),
  applied: (_to, rows) => [...rows],
};

function isRefused(error: unknown): boolean {
  return REFUSALS.includes(String(toKnownError(error)?.details['reason']));
}
