import type { ContainerId } from '../lib/index.ts';

/** Waiting restarts, one a container, and how many in a row each has had. Held back until `release`, so that boot can finish first. */
export class RestartTimers {
  readonly #timers = new Map<ContainerId, NodeJS.Timeout>();
  readonly #attempts = new Map<ContainerId, number>();
  readonly #due: (id: ContainerId) => void;
  #held: Map<ContainerId, number> | undefined;

  constructor(due: (id: ContainerId) => void) {
    this.#due = due;
  }

  attempts(id: ContainerId): number {
    return this.#attempts.get(id) ?? 0;
  }

  schedule(id: ContainerId, attempt: number, delayMs: number): void {
    this.cancel(id);
    this.#attempts.set(id, attempt);
    if (this.#held === undefined) this.#arm(id, delayMs);
    else this.#held.set(id, delayMs);
  }

  cancel(id: ContainerId): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#held?.delete(id);
  }

  /** A manual start or stop begins the count anew. */
  forget(id: ContainerId): void {
    this.cancel(id);
    this.#attempts.delete(id);
  }

  hold(): void {
    this.#held ??= new Map();
  }

  release(): void {
    const held = this.#held ?? new Map<ContainerId, number>();
    this.#held = undefined;
    for (const [id, delayMs] of held) this.#arm(id, delayMs);
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#held?.clear();
  }

  #arm(id: ContainerId, delayMs: number): void {
    this.#timers.set(
      id,
      setTimeout(() => {
        this.#timers.delete(id);
        this.#due(id);
      }, delayMs),
    );
  }
}
