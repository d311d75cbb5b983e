import type { ExecId } from '#engine/lib/index.ts';
import type { AttachStream, ExitRecord } from '#engine/runtime/index.ts';
import { ReplayBuffer } from './replay-buffer.ts';

/** A terminal as its viewers share it. */
export interface TerminalSession {
  readonly id: string;
  readonly exited: Promise<Pick<ExitRecord, 'exitCode'> | undefined>;
  /** How much of what `watch` begins with is old: an emulator must not answer questions in it again. */
  readonly replayBytes: number;
  /** The replay, then what comes, until it ends or the viewer leaves; the slowest viewer sets the pace. */
  watch(signal: AbortSignal): AsyncIterable<Buffer>;
  write(bytes: Buffer): Promise<void>;
  resize(rows: number, columns: number): void;
  end(): Promise<void>;
}

export class SharedTerminal implements TerminalSession {
  readonly id: ExecId;
  readonly end: () => Promise<void>;
  /** What was written under an earlier server is here: only then it is known how much of it is old. */
  readonly replayed: Promise<void>;
  readonly #stream: AttachStream;
  readonly #replay = new ReplayBuffer();

  constructor(id: ExecId, stream: AttachStream, end: () => Promise<void>) {
    this.id = id;
    this.end = end;
    this.#stream = stream;
    const replayed = Promise.withResolvers<void>();
    this.replayed = replayed.promise;
    void this.#pump(replayed.resolve);
  }

  get exited(): Promise<ExitRecord | undefined> {
    return this.#stream.exited;
  }

  get replayBytes(): number {
    return this.#replay.sizeBytes;
  }

  watch(signal: AbortSignal): AsyncIterable<Buffer> {
    return this.#replay.read(signal);
  }

  write(bytes: Buffer): Promise<void> {
    return this.#stream.writeStdin(bytes);
  }

  resize(rows: number, columns: number): void {
    this.#stream.resize(rows, columns);
  }

  close(): void {
    this.#stream.close();
  }

  async #pump(replayed: () => void): Promise<void> {
    let oldBytes = this.#stream.replayBytes;
    if (oldBytes === 0) replayed();
    try {
      for await (const { data } of this.#stream.output) {
        await this.#replay.write(data);
        oldBytes -= data.length;
        if (oldBytes <= 0) replayed();
      }
    } catch {
      // A broken stream ends the view; why it broke is in the exit record and the engine's log.
    } finally {
      replayed();
      this.#replay.end();
    }
  }
}
