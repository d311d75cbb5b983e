import { availableParallelism } from 'node:os';
import { EngineError } from '../../errors/index.ts';
import { type Logger, type OpOptions, Slots } from '../../lib/index.ts';

/** A child takes up to 250 MiB and a core; a few more than cores, so that slow readers and senders do not hold up all others. */
const CONCURRENCY = Math.max(4, availableParallelism());
const MAX_WAITING = 64;

interface Job extends OpOptions {
  /** Of the log, should it fail in a way that nobody foresaw: `packing`. */
  task: string;
  /** What it was done to. */
  about: Readonly<Record<string, unknown>>;
}

/** Waits until a child may be started; the further signal ends only the waiting. */
type Turn = (further?: AbortSignal) => Promise<Disposable>;

/** Work of children, so many at once: the others wait for their turn. Disposing ends all of it, and waits for that. */
export class ChildTurns implements AsyncDisposable {
  readonly #log: Logger;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #slots: Slots;

  constructor({ log, concurrency = CONCURRENCY }: { log: Logger; concurrency?: number | undefined }) {
    this.#log = log;
    this.#slots = new Slots({ count: concurrency, maxWaiting: MAX_WAITING });
  }

  /** `signal` is the caller's and that of the end. @throws EngineError as `work` does; of a turn as `Slots.acquire` */
  async run<T>(job: Job, work: (signal: AbortSignal, turn: Turn) => Promise<T>): Promise<T> {
    const { signal: closing } = this.#closing;
    const signal = job.signal === undefined ? closing : AbortSignal.any([job.signal, closing]);
    const turn: Turn = (further) =>
      this.#slots.acquire(further === undefined ? signal : AbortSignal.any([signal, further]));
    const result = work(signal, turn);
    this.#running.add(result);
    try {
      return await result;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'internal') {
        this.#log.error({ err: error, ...job.about }, `${job.task} failed unexpectedly`);
      }
      throw error;
    } finally {
      this.#running.delete(result);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }
}
