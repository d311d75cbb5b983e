import type { Socket } from 'node:net';
import { EngineError } from '../../errors/index.ts';
import type { AttachStream, ExitRecord, OutputChunk } from '../runtime.ts';
import {
  encodeFrame,
  encodeResize,
  FROM_SHIM,
  type Frame,
  FrameDecoder,
  MAX_STDIN_CHUNK,
  type ShimHello,
  TO_SHIM,
  tryParseExit,
  tryParseHello,
} from './stream-codec.ts';

const PAUSE_BYTES = 1024 * 1024;
const RESUME_BYTES = 256 * 1024;

/** One client's side of a shim's socket: all frames in, typed events and bounded output out. */
export class ShimConnection implements AttachStream {
  readonly output: AsyncIterable<OutputChunk>;
  readonly exited: Promise<ExitRecord | undefined>;
  /** `hello` and `started` alike: the process runs under this pid. Rejects with the runtime's words. */
  readonly running: Promise<ShimHello>;
  /** The runtime's state is gone, or the shim is. */
  readonly finished: Promise<void>;
  #replayBytes = 0;
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  readonly #exit = Promise.withResolvers<ExitRecord | undefined>();
  readonly #running = Promise.withResolvers<ShimHello>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #chunks: OutputChunk[] = [];
  #queuedBytes = 0;
  #closed = false;
  #wakeReader: (() => void) | undefined;
  #acks: (() => void)[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(socket: Socket) {
    this.#socket = socket;
    this.exited = this.#exit.promise;
    this.running = this.#running.promise;
    this.finished = this.#finished.promise;
    this.output = { [Symbol.asyncIterator]: () => this.#read() };
    // Not every client waits for it; without this a failed start would end the server as an unhandled rejection.
    this.running.catch(() => undefined);
    socket.on('data', (data: Buffer) => this.#receive(data));
    // A reset or a broken pipe is followed by `close`, which is all there is to say.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#end());
  }

  get replayBytes(): number {
    return this.#replayBytes;
  }

  send(frame: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(frame);
  }

  async writeStdin(data: Uint8Array): Promise<void> {
    const before = this.#writing;
    const done = before.then(() => this.#writeChunks(data));
    // The next write waits its turn also after a failed one, which has its own caller.
    this.#writing = done.catch(() => undefined);
    await done;
  }

  closeStdin(): void {
    void this.#writing.then(() => this.send(encodeFrame(TO_SHIM.stdinEnd)));
  }

  resize(rows: number, columns: number): void {
    this.send(encodeResize(rows, columns));
  }

  close(): void {
    this.#socket.destroy();
    this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #writeChunks(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; at += MAX_STDIN_CHUNK) {
      if (this.#closed) throw streamClosed();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#acks.push(resolve);
      this.send(encodeFrame(TO_SHIM.stdin, data.subarray(at, at + MAX_STDIN_CHUNK)));
      await promise;
    }
    if (this.#closed) throw streamClosed();
  }

  #receive(data: Buffer): void {
    try {
      for (const frame of this.#decoder.push(data)) this.#handle(frame);
    } catch (error) {
      this.#running.reject(error);
      this.close();
    }
  }

  #handle({ type, payload }: Frame): void {
    switch (type) {
      case FROM_SHIM.stdout:
      case FROM_SHIM.stderr:
        this.#queue({ stream: type === FROM_SHIM.stdout ? 'stdout' : 'stderr', data: payload });
        break;
      case FROM_SHIM.hello:
      case FROM_SHIM.started: {
        const hello = tryParseHello(payload.toString());
        if (hello === undefined) break;
        this.#replayBytes = hello.replayBytes;
        this.#running.resolve(hello);
        break;
      }
      case FROM_SHIM.failed:
        this.#running.reject(new ShimStartFailure(payload.toString()));
        break;
      case FROM_SHIM.stdinAck:
        this.#acks.shift()?.();
        break;
      case FROM_SHIM.exit:
        this.#exit.resolve(tryParseExit(payload.toString()));
        break;
      case FROM_SHIM.deleted:
        this.#finished.resolve();
        break;
      default:
      // A frame of a newer shim: what it adds can be missed.
    }
  }

  #queue(chunk: OutputChunk): void {
    if (this.#closed) return;
    this.#chunks.push(chunk);
    this.#queuedBytes += chunk.data.length;
    if (this.#queuedBytes > PAUSE_BYTES) this.#socket.pause();
    this.#wakeReader?.();
  }

  async *#read(): AsyncGenerator<OutputChunk> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#queuedBytes -= chunk.data.length;
        if (this.#queuedBytes < RESUME_BYTES && this.#socket.isPaused()) this.#socket.resume();
        yield chunk;
      } else if (this.#closed) return;
      else {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wakeReader = resolve;
        await promise;
      }
    }
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#exit.resolve(undefined);
    this.#finished.resolve();
    this.#running.reject(new ShimStartFailure('the shim ended before it had started the process'));
    for (const wake of this.#acks) wake();
    this.#acks = [];
    this.#wakeReader?.();
  }
}

/** The process was not started; `said` is the runtime's own text. */
export class ShimStartFailure extends Error {
  readonly said: string;

  constructor(said: string) {
    super(said);
    this.name = 'ShimStartFailure';
    this.said = said;
  }
}

function streamClosed(): EngineError {
  return new EngineError('unavailable', 'The process no longer reads its input', { reason: 'stream_closed' });
}
