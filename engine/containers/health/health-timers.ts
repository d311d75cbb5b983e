import { type ContainerId, Slots } from '../../lib/index.ts';

/** Each probe costs a start of the runtime: few at once, the others wait in line. */
const AT_ONCE = 4;
const MAX_WAITING = 100_000;

interface Watched {
  timer: NodeJS.Timeout | undefined;
  stop: AbortController;
}

/** Runs one probe and says when the next is due, or undefined when there will be none. */
type Due = (id: ContainerId, signal: AbortSignal) => Promise<number | undefined>;

/** Which container is asked for its health when. Nothing here outlives the server: the record says the rest. */
export class HealthTimers {
  readonly #watched = new Map<ContainerId, Watched>();
  readonly #slots = new Slots({ count: AT_ONCE, maxWaiting: MAX_WAITING });
  readonly #due: Due;
  readonly #onError: (error: unknown, id: ContainerId) => void;

  constructor(due: Due, onError: (error: unknown, id: ContainerId) => void) {
    this.#due = due;
    this.#onError = onError;
  }

  /** From now on, the first time after `delayMs`. */
  watch(id: ContainerId, delayMs: number): void {
    this.forget(id);
    const watched: Watched = { timer: undefined, stop: new AbortController() };
    this.#watched.set(id, watched);
    this.#arm(id, watched, delayMs);
  }

  /** Ends also the probe that runs. */
  forget(id: ContainerId): void {
    const watched = this.#watched.get(id);
    this.#watched.delete(id);
    clearTimeout(watched?.timer);
    watched?.stop.abort();
  }

  clear(): void {
    for (const id of [...this.#watched.keys()]) this.forget(id);
  }

  #arm(id: ContainerId, watched: Watched, delayMs: number): void {
    watched.timer = setTimeout(() => {
      this.#run(id, watched).catch((error: unknown) => {
        if (watched.stop.signal.aborted) return;
        this.#onError(error, id);
        this.forget(id);
      });
    }, delayMs);
  }

  async #run(id: ContainerId, watched: Watched): Promise<void> {
    const { signal } = watched.stop;
    let next: number | undefined;
    {
      using _slot = await this.#slots.acquire(signal);
      next = await this.#due(id, signal);
    }
    if (signal.aborted) return;
    if (next === undefined) this.forget(id);
    else this.#arm(id, watched, next);
  }
}
