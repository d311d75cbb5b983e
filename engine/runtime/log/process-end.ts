/**
 * The end of a process for the readers of its log, who come and go while it runs. A promise keeps all that was ever chained to
 * it until it settles, and a race chains anew at each look: readers of a container that runs for weeks would fill the memory.
 * Here one link is made for each promise, however many readers there are.
 */
export class ProcessEnd {
  readonly #waiting = new Set<() => void>();
  #over = false;

  private constructor(ended: Promise<unknown>) {
    // However the process ended, and also when that is not known, nothing more will be written.
    const tell = () => {
      this.#over = true;
      for (const wake of [...this.#waiting]) wake();
    };
    ended.then(tell, tell);
  }

  static #known = new WeakMap<Promise<unknown>, ProcessEnd>();

  static of(ended: Promise<unknown>): ProcessEnd {
    const end = ProcessEnd.#known.get(ended) ?? new ProcessEnd(ended);
    ProcessEnd.#known.set(ended, end);
    return end;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** How many wait for it just now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves after the time, at the end or at the signal. */
  async within(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#over || signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
    this.#waiting.add(wake);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      this.#waiting.delete(wake);
    }
  }
}
