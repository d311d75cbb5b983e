const WINDOW_MS = 1_000;

interface Limits {
  lines: number;
  bytes: number;
}

/** More than anybody reads, and what a page draws without pain. */
const DEFAULTS: Limits = { lines: 20_000, bytes: 2 * 1024 * 1024 };

/**
 * Lets through so many lines a second and counts the rest, so that a page keeps up with a program that writes faster than
 * anything can be drawn. The stored log is complete; only what is shown has gaps, and each gap has its number.
 */
export class LineLimiter {
  readonly #limits: Limits;
  #windowStart = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #bytes = 0;
  #skipped = 0;

  constructor(limits: Limits = DEFAULTS) {
    this.#limits = limits;
  }

  /** Lines skipped since this was last asked. */
  takeSkipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }

  /** Whether anything at all would be let through now. */
  isOpen(nowMs: number, isBehind: boolean): boolean {
    if (isBehind) return false;
    const isNewSecond = nowMs - this.#windowStart >= WINDOW_MS;
    return isNewSecond || (this.#lines < this.#limits.lines && this.#bytes < this.#limits.bytes);
  }

  /** Lines that were not even asked for. */
  skip(lines: number): void {
    this.#skipped += lines;
  }

  /**
   * The first lines of the batch that are still within the limits of this second; all others are counted as skipped.
   *
   * @param isBehind the client has not drawn what it has: nothing more is let through
   */
  admit<L extends { text: Uint8Array }>(batch: readonly L[], nowMs: number, isBehind: boolean): readonly L[] {
    if (nowMs - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = nowMs;
      this.#lines = 0;
      this.#bytes = 0;
    }
    let admitted = 0;
    if (!isBehind) {
      for (const { text } of batch) {
        if (this.#lines >= this.#limits.lines || this.#bytes >= this.#limits.bytes) break;
        this.#lines += 1;
        this.#bytes += text.length;
        admitted += 1;
      }
    }
    this.#skipped += batch.length - admitted;
    return batch.slice(0, admitted);
  }
}
