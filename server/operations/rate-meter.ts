import type { Progress } from '#engine/lib/index.ts';

/** Progress of an operation as people read it: how fast, and how long still, once that can be told. */
export interface OperationProgress extends Progress {
  bytesPerSecond?: number | undefined;
  /** Only where the whole is known. */
  secondsLeft?: number | undefined;
  /** Of work that is counted in objects rather than bytes. */
  items?: { done: number; total: number } | undefined;
}

const WINDOW_MS = 5_000;
const MIN_MS = 400;
const BETWEEN_MS = 100;

/** Speed over the last five seconds; a new part of the work (fewer bytes than before, another total) begins anew. */
export class RateMeter {
  #samples: { at: number; doneBytes: number }[] = [];
  #totalBytes: number | undefined;

  /** @param at milliseconds of a clock that never goes back */
  measure(progress: Progress, at: number): OperationProgress {
    const { doneBytes, totalBytes } = progress;
    const last = this.#samples.at(-1);
    if (totalBytes !== this.#totalBytes || (last !== undefined && doneBytes < last.doneBytes)) this.#samples = [];
    this.#totalBytes = totalBytes;
    this.#keep(at, doneBytes);
    const [first] = this.#samples;
    if (first === undefined || at - first.at < MIN_MS) return { ...progress };
    const bytesPerSecond = Math.round(((doneBytes - first.doneBytes) * 1000) / (at - first.at));
    if (totalBytes === undefined || bytesPerSecond === 0) return { ...progress, bytesPerSecond };
    return {
      ...progress,
      bytesPerSecond,
      secondsLeft: Math.max(0, Math.ceil((totalBytes - doneBytes) / bytesPerSecond)),
    };
  }

  /** The oldest sample is the last one before the window, so that a slow source keeps a rate. */
  #keep(at: number, doneBytes: number): void {
    const last = this.#samples.at(-1);
    if (last === undefined || at - last.at >= BETWEEN_MS) this.#samples.push({ at, doneBytes });
    const inside = this.#samples.findIndex((sample) => at - sample.at <= WINDOW_MS);
    if (inside > 1) this.#samples.splice(0, inside - 1);
  }
}
