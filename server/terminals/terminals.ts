import type { ExecId } from '#engine/lib/index.ts';
import type { AttachStream, ExitRecord } from '#engine/runtime/index.ts';
import type { Environment } from '../environments/index.ts';
import { ReplayBuffer } from './replay-buffer.ts';

/** A terminal as its viewers share it. */
export interface TerminalSession {
  readonly id: ExecId;
  readonly exited: Promise<ExitRecord | undefined>;
  /** How much of what `watch` begins with is old: an emulator must not answer questions in it again. */
  readonly replayBytes: number;
  /** The replay, then what comes, until it ends or the viewer leaves; the slowest viewer sets the pace. */
  watch(signal: AbortSignal): AsyncIterable<Buffer>;
  write(bytes: Buffer): Promise<void>;
  resize(rows: number, columns: number): void;
  end(): Promise<void>;
}

/** Open terminals by exec id: a second viewer joins the first one's stream. */
export class Terminals implements Disposable {
  readonly #open = new Map<ExecId, Promise<SharedTerminal>>();

  /** Starts the exec session, or joins it when it runs already. */
  open(environment: Environment, id: ExecId): Promise<TerminalSession> {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    const opening = environment.containers.startExec(id).then((stream) => {
      const forget = () => void this.#open.delete(id);
      stream.exited.then(forget, forget);
      return new SharedTerminal(id, stream, () => environment.containers.endExec(id));
    });
    this.#open.set(id, opening);
    opening.catch(() => this.#open.delete(id));
    return opening;
  }

  /** Leaves the processes alone: they are their shims'. */
  [Symbol.dispose](): void {
    for (const opening of this.#open.values()) {
      // One that failed to open has nothing to close.
      opening.then((terminal) => terminal.close()).catch(() => {});
    }
  }
}

class SharedTerminal implements TerminalSession {
  readonly id: ExecId;
  readonly end: () => Promise<void>;
  readonly #stream: AttachStream;
  readonly #replay = new ReplayBuffer();

  constructor(id: ExecId, stream: AttachStream, end: () => Promise<void>) {
    this.id = id;
    this.end = end;
    this.#stream = stream;
    void this.#pump();
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

  async #pump(): Promise<void> {
    try {
      for await (const { data } of this.#stream.output) await this.#replay.write(data);
    } catch {
      // A broken stream ends the view; why it broke is in the exit record and the engine's log.
    } finally {
      this.#replay.end();
    }
  }
}
