import { beginSync } from './posix.ts';

const STEP_BYTES = 1 << 24;

/**
 * Sends what was written of a large file to the disk while the rest of it still arrives, so that the sync at the end finds little
 * to do. Of a small one the file system decides alone: it writes many of them together.
 */
export class WriteBehind {
  readonly #fd: number;
  #begun = 0;
  #written = 0;

  /** Of a file that is written from its first byte to its last. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** So many bytes more are in the file. */
  add(bytes: number): void {
    this.#written += bytes;
    if (this.#written - this.#begun < STEP_BYTES) return;
    beginSync(this.#fd, this.#begun, this.#written - this.#begun);
    this.#begun = this.#written;
  }
}
