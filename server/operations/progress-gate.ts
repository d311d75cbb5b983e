const EVERY_MS = 250;

/** Lets the first change through at once and the last one of each quarter second after that: at most 4 calls a second. */
export class ProgressGate {
  readonly #tell: () => void;
  #timer: NodeJS.Timeout | undefined;
  #pending = false;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  changed(): void {
    if (this.#timer !== undefined) {
      this.#pending = true;
      return;
    }
    this.#tell();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#pending) return;
      this.#pending = false;
      this.changed();
    }, EVERY_MS);
    // A timer of the display must not keep a stopping process alive.
    this.#timer.unref();
  }

  /** Nothing is told any more; the end is told by its owner. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = false;
  }
}
