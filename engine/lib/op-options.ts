import type { Step } from './step.ts';

/** Last parameter of every engine operation. */
export interface OpOptions {
  /** Aborting means: undo what was begun and reject with `EngineError('cancelled')`. */
  signal?: AbortSignal | undefined;
}

/** Bytes (and, where it is known, the whole) of a long task; `totalBytes` is absent rather than guessed. */
export interface Progress {
  doneBytes: number;
  totalBytes?: number | undefined;
  /** What is being done now, for people: a layer's short digest, a file name. */
  step?: string | undefined;
}

export interface ProgressOptions extends OpOptions {
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Told of each part of the work when it begins, while it goes on and when it is over. */
  onStep?: ((step: Step) => void) | undefined;
}
