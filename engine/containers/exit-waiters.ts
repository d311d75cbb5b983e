import type { ContainerId } from '../lib/index.ts';

export interface WaitResult {
  exitCode: number;
  error?: string;
}

type Occasion = 'exit' | 'removed';

interface Waiter {
  occasion: Occasion;
  resolve: (result: WaitResult) => void;
}

/** Who waits for the end or the removal of which container. */
export class ExitWaiters {
  readonly #waiters = new Map<ContainerId, Set<Waiter>>();

  /** Disposing gives the place up. Register first, then look at the state: an exit in between is not missed. */
  add(id: ContainerId, occasion: Occasion): { result: Promise<WaitResult> } & Disposable {
    const { promise, resolve } = Promise.withResolvers<WaitResult>();
    const waiter: Waiter = { occasion, resolve };
    const waiters = this.#waiters.get(id) ?? new Set<Waiter>();
    this.#waiters.set(id, waiters.add(waiter));
    return {
      result: promise,
      [Symbol.dispose]: () => {
        waiters.delete(waiter);
        if (waiters.size === 0 && this.#waiters.get(id) === waiters) this.#waiters.delete(id);
      },
    };
  }

  tell(id: ContainerId, occasion: Occasion, result: WaitResult): void {
    for (const waiter of this.#waiters.get(id) ?? []) {
      // A container removed without having run ends the wait for its exit as well.
      if (waiter.occasion === occasion || occasion === 'removed') waiter.resolve(result);
    }
  }
}
