import { EngineError } from '../errors/index.ts';

/** A bounded number of holders at a time and a bounded queue behind them, first come first served. */
export class Slots {
  readonly #maxWaiting: number;
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(opts: { count: number; maxWaiting: number }) {
    this.#free = opts.count;
    this.#maxWaiting = opts.maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Release by `using`.
   *
   * @throws EngineError `resource_exhausted` when too many wait already, `cancelled` when the signal aborts while waiting
   */
  async acquire(signal?: AbortSignal): Promise<Disposable> {
    if (signal?.aborted === true) throw cancelled(signal);
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#release();
        held = false;
      },
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting) {
      throw new EngineError('resource_exhausted', `${this.#maxWaiting} tasks of this kind are waiting already`, {
        reason: 'too_many_waiting',
        limit: this.#maxWaiting,
      });
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.delete(begin);
        reject(cancelled(signal));
      };
      const begin = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.add(begin);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** The slot goes to the next in the queue without being free in between. */
  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function cancelled(signal: AbortSignal | undefined): EngineError {
  return new EngineError('cancelled', 'Cancelled while waiting for a turn', {}, { cause: signal?.reason });
}
