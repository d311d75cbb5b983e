const REPLAY_BYTES = 256 * 1024;
const AHEAD_BYTES = 128 * 1024;

/**
 * The last 256 KiB of a terminal, and what comes, for any number of readers. A reader gets the replay and then everything;
 * while one is too far behind, `write` waits, so the terminal's process is slowed rather than memory filled.
 */
export class ReplayBuffer {
  #chunks: Buffer[] = [];
  /** Stream position of the first kept byte, and behind the last. */
  #start = 0;
  #end = 0;
  #ended = false;
  readonly #positions = new Map<symbol, number>();
  #changed = Promise.withResolvers<void>();

  /** What a reader that begins now gets at once. */
  get sizeBytes(): number {
    return this.#end - this.#start;
  }

  async write(data: Buffer): Promise<void> {
    this.#chunks.push(data);
    this.#end += data.length;
    this.#trim();
    this.#signal();
    while (this.#positions.size > 0 && this.#end - this.#slowest() > AHEAD_BYTES) await this.#changed.promise;
  }

  end(): void {
    this.#ended = true;
    this.#signal();
  }

  async *read(signal: AbortSignal): AsyncGenerator<Buffer> {
    const reader = Symbol('reader');
    this.#positions.set(reader, this.#start);
    const wake = () => this.#signal();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        if (signal.aborted) return;
        const position = this.#positions.get(reader) ?? this.#start;
        const next = this.#chunkAt(position);
        if (next === undefined) {
          if (this.#ended) return;
          await this.#changed.promise;
          continue;
        }
        yield next;
        this.#positions.set(reader, position + next.length);
        this.#trim();
        this.#signal();
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#positions.delete(reader);
      this.#trim();
      this.#signal();
    }
  }

  #chunkAt(position: number): Buffer | undefined {
    let at = this.#start;
    for (const chunk of this.#chunks) {
      if (position < at + chunk.length) return chunk.subarray(position - at);
      at += chunk.length;
    }
    return undefined;
  }

  #slowest(): number {
    return Math.min(this.#end, ...this.#positions.values());
  }

  /** Keeps the replay and what some reader has not seen yet. */
  #trim(): void {
    const keepFrom = Math.min(this.#end - REPLAY_BYTES, this.#slowest());
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      if (this.#start + first.length > keepFrom) return;
      this.#chunks.shift();
      this.#start += first.length;
    }
  }

  #signal(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
