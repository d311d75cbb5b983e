import type { AttachStream, ExitRecord, OutputChunk } from '../runtime/runtime.ts';

/**
 * A client that attached before the process was there, as `docker run` does: it is connected at the start and loses
 * no byte. Until then input waits.
 */
export class DeferredAttach implements AttachStream {
  readonly #connected = Promise.withResolvers<AttachStream | undefined>();
  readonly #onClose: () => void;
  #stream: AttachStream | undefined;
  #size: { rows: number; columns: number } | undefined;
  #settled = false;
  readonly exited: Promise<ExitRecord | undefined>;
  readonly output: AsyncIterable<OutputChunk>;

  constructor(onClose: () => void) {
    this.#onClose = onClose;
    const connected = this.#connected.promise;
    this.exited = connected.then((stream) => stream?.exited);
    this.output = (async function* () {
      const stream = await connected;
      if (stream !== undefined) yield* stream.output;
    })();
  }

  /** Joins the client to the process. A client that has left meanwhile closes the stream. */
  connect(stream: AttachStream): void {
    if (this.#settled) {
      stream.close();
      return;
    }
    this.#settled = true;
    this.#stream = stream;
    if (this.#size !== undefined) stream.resize(this.#size.rows, this.#size.columns);
    this.#connected.resolve(stream);
  }

  async writeStdin(data: Uint8Array): Promise<void> {
    const stream = await this.#connected.promise;
    await stream?.writeStdin(data);
  }

  get replayBytes(): number {
    return 0;
  }

  closeStdin(): void {
    void this.#connected.promise.then((stream) => stream?.closeStdin());
  }

  resize(rows: number, columns: number): void {
    if (this.#stream === undefined) this.#size = { rows, columns };
    else this.#stream.resize(rows, columns);
  }

  close(): void {
    this.#onClose();
    if (!this.#settled) {
      this.#settled = true;
      this.#connected.resolve(undefined);
    }
    this.#stream?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#stream?.[Symbol.asyncDispose]();
  }
}
