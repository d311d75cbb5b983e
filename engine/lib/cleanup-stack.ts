import type { Logger } from './log.ts';

const DEFAULT_CAP_MS = 30_000;

/**
 * Undo steps of an operation, run last-in first-out unless `commit()` was called.
 *
 * Each step has a name and a time cap of its own, runs without the caller's signal, and a failing step does not keep
 * the earlier ones from running: their errors are joined in an `AggregateError`. Use with `await using`.
 */
export class CleanupStack implements AsyncDisposable {
  #steps: { name: string; undo: () => unknown }[] = [];
  readonly #log: Logger | undefined;
  readonly #capMs: number;

  constructor(opts: { log?: Logger; capMs?: number } = {}) {
    this.#log = opts.log;
    this.#capMs = opts.capMs ?? DEFAULT_CAP_MS;
  }

  defer(name: string, undo: () => unknown): void {
    this.#steps.push({ name, undo });
  }

  /** The operation succeeded: nothing is undone any more. */
  commit(): void {
    this.#steps = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const steps = this.#steps.reverse();
    this.#steps = [];
    const errors: Error[] = [];
    for (const { name, undo } of steps) {
      try {
        await withCap(name, undo, this.#capMs);
      } catch (cause) {
        this.#log?.error({ err: cause, step: name }, 'undo step failed');
        errors.push(new Error(`undo "${name}" failed`, { cause }));
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} undo steps failed`);
  }
}

async function withCap(name: string, undo: () => unknown, capMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`"${name}" took longer than ${capMs} ms`)), capMs);
  try {
    await Promise.race([Promise.resolve().then(undo), promise]);
  } finally {
    clearTimeout(timer);
  }
}
