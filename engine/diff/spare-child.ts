import type { DiffChild } from './child.ts';

/** So long an unused one waits. */
const REST_MS = 2_000;

/**
 * A child that is started before it is needed: the layers of an image follow each other, and the start of a program takes
 * longer than a small layer. There is one at most, for a moment.
 */
export class SpareChild implements Disposable {
  readonly #start: () => DiffChild;
  #child: DiffChild | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(start: () => DiffChild) {
    this.#start = start;
  }

  /** The one that waits, or a new one. */
  take(): DiffChild {
    const child = this.#child;
    this.#forget();
    return child ?? this.#start();
  }

  /** Another will be wanted soon. */
  prepare(): void {
    if (this.#closed || this.#child !== undefined) return;
    const child = this.#start();
    this.#child = child;
    child.process.once('exit', () => {
      if (this.#child === child) this.#forget();
    });
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

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#child = undefined;
  }
}
