import { EngineError } from '../errors/index.ts';

/** One holder a key at a time, first come first served. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * Waits for its turn on `key`. Release by `using`.
   *
   * @throws EngineError `cancelled` when the signal aborts while waiting; the place in the queue is given up.
   */
  async acquire(key: string, signal?: AbortSignal): Promise<Disposable> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const tail = before.then(() => done);
    this.#tails.set(key, tail);
    const forget = () => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    try {
      await untilAborted(before, signal);
    } catch (cause) {
      // Whoever held the key holds it still: those who come next wait behind this place until it is free.
      release();
      void before.then(forget);
      throw cause;
    }
    return {
      [Symbol.dispose]: () => {
        release();
        forget();
      },
    };
  }

  isHeld(key: string): boolean {
    return this.#tails.has(key);
  }
}

async function untilAborted(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return turn;
  if (signal.aborted) throw cancelled(signal);
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(cancelled(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([turn, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function cancelled(signal: AbortSignal): EngineError {
  return new EngineError('cancelled', 'Cancelled while waiting for another operation', {}, { cause: signal.reason });
}
