import { Writable } from 'node:stream';

/** What is on its way to the child in this process. */
const HIGH_WATER_MARK = 1 << 18;

/**
 * Hands bytes to a child's stdin. With `frees` each chunk's memory is given back once it is written, which leaves the chunk
 * empty: V8 marks the whole heap for each 64 MB of chunks that wait for the next collection, and that took the server longer
 * than handing them over.
 */
export class ChildFeed extends Writable {
  readonly #stdin: Writable;
  readonly #frees: boolean;
  #childFailed = false;

  constructor(stdin: Writable, opts: { frees: boolean }) {
    super({ highWaterMark: HIGH_WATER_MARK });
    this.#stdin = stdin;
    this.#frees = opts.frees;
    stdin.on('error', (error) => this.#note(error));
    stdin.once('close', () => this.destroy());
  }

  /** The child ended before it had read everything: its own answer says why. */
  get childFailed(): boolean {
    return this.#childFailed;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#stdin.write(chunk, (error) => {
      this.#note(error);
      if (this.#frees && (error === null || error === undefined)) free(chunk);
      done(error);
    });
  }

  override _final(done: () => void): void {
    this.#stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stdin.destroy();
    done(error);
  }

  #note(error: Error | null | undefined): void {
    if (error !== null && error !== undefined && 'syscall' in error) this.#childFailed = true;
  }
}

/** Of a chunk that has its memory for itself; what shares it is left to the collector. */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
