import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '../../errors/index.ts';

const CHUNK = 1 << 18;
/** Between them a progress report goes out, and the end of the engine is noticed. */
const CHUNKS_IN_A_TURN = 32;
const STDIN = 0;

/**
 * The bytes of a file or of stdin, read with calls that wait: a child does nothing else meanwhile, and every chunk through
 * the event loop would cost several times as much.
 */
export class ByteSource implements Disposable {
  readonly #fd: number;
  #head: Buffer = Buffer.alloc(0);

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** @param path stdin when undefined. Never waits: a FIFO or a device in the place of a file is refused */
  static open(path: string | undefined): ByteSource {
    if (path === undefined) return new ByteSource(STDIN);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(fd).isFile()) {
      closeSync(fd);
      throw new EngineError('invalid_argument', 'The source is no regular file', { reason: 'source_not_file' });
    }
    return new ByteSource(fd);
  }

  /** The first bytes, at least so many unless there are fewer; `chunks` gives them again. */
  peek(count: number): Buffer {
    while (this.#head.length < count) {
      const more = this.#read(Buffer.allocUnsafeSlow(CHUNK));
      if (more.length === 0) break;
      this.#head = Buffer.concat([this.#head, more]);
    }
    return this.#head;
  }

  /** @param opts.reuse a chunk is valid only until the next one is asked for */
  async *chunks(opts: { reuse: boolean }): AsyncGenerator<Buffer> {
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    if (head.length > 0) yield head;
    const own = Buffer.allocUnsafeSlow(CHUNK);
    for (let count = 1; ; count += 1) {
      const chunk = this.#read(opts.reuse ? own : Buffer.allocUnsafeSlow(CHUNK));
      if (chunk.length === 0) return;
      yield chunk;
      if (count % CHUNKS_IN_A_TURN === 0) await nextTurn();
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd !== STDIN) closeSync(this.#fd);
  }

  #read(into: Buffer): Buffer {
    return into.subarray(0, readSync(this.#fd, into, 0, into.length, null));
  }
}
