const HIGH_BYTES = 512 * 1024;
const CHUNK_BYTES = 128 * 1024;
const FLUSH_MS = 20;

interface WindowSocket {
  readonly connected: boolean;
  emit(event: string, seq: number, data: Buffer, ack: () => void): unknown;
}

/**
 * Numbered chunks to one client, at most a window of them unacknowledged. The producer awaits `push`: while the client is
 * behind it does not resolve, so nothing is read that could not be sent.
 */
export class WindowedSender implements Disposable {
  readonly #socket: WindowSocket;
  readonly #event: string;
  readonly #highBytes: number;
  #parts: Buffer[] = [];
  #gatheredBytes = 0;
  #unacknowledgedBytes = 0;
  #seq = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #room: PromiseWithResolvers<void> | undefined;

  constructor(socket: WindowSocket, event: string, highBytes = HIGH_BYTES) {
    this.#socket = socket;
    this.#event = event;
    this.#highBytes = highBytes;
  }

  get outstandingBytes(): number {
    return this.#gatheredBytes + this.#unacknowledgedBytes;
  }

  /** Resolves when there is room for more. */
  async push(data: Buffer): Promise<void> {
    if (this.#closed) return;
    this.#parts.push(data);
    this.#gatheredBytes += data.length;
    if (this.#gatheredBytes >= CHUNK_BYTES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
    if (this.outstandingBytes <= this.#highBytes) return;
    this.#room ??= Promise.withResolvers<void>();
    await this.#room.promise;
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#gatheredBytes === 0 || this.#closed || !this.#socket.connected) return;
    const data = Buffer.concat(this.#parts, this.#gatheredBytes);
    this.#parts = [];
    this.#gatheredBytes = 0;
    this.#unacknowledgedBytes += data.length;
    this.#seq += 1;
    let counted = false;
    this.#socket.emit(this.#event, this.#seq, data, () => {
      // A client may acknowledge twice; its window must not grow by that.
      if (counted) return;
      counted = true;
      this.#unacknowledgedBytes -= data.length;
      if (this.outstandingBytes < this.#highBytes / 2) this.#release();
    });
  }

  #release(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#parts = [];
    this.#release();
  }
}
