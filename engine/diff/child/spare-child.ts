import type { DiffChild } from './child.ts';

/** So long an unused one waits. */
const REST_MS = 2_000;

/**
 * A child that has done its work and may do more: the layers of an image follow each other, and the start of a program takes
 * longer than a small layer. There is one at most, for a moment.
 */
export class SpareChild implements Disposable {
  #child: DiffChild | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** The one that waits. */
  take(): DiffChild | undefined {
    const child = this.#child;
    this.#forget();
    return child;
  }

  /** Another may be wanted soon; one more than that is ended. */
  keep(child: DiffChild): void {
    const { exitCode, signalCode } = child.process;
    if (exitCode !== null || signalCode !== null) return;
    if (this.#closed || this.#child !== undefined) {
      child.kill();
      return;
    }
    this.#child = child;
    child.process.once('exit', this.#forget);
    this.#timer = setTimeout(() => this.#end(), REST_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#end();
  }

  #end(): void {
    this.#child?.kill();
    this.#forget();
  }

  readonly #forget = (): void => {
    this.#child?.process.off('exit', this.#forget);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#child = undefined;
  };
}
