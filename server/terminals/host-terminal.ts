import { setTimeout as sleep } from 'node:timers/promises';
import { endProcessSession } from './end-process-session.ts';
import { ReplayBuffer } from './replay-buffer.ts';
import type { TerminalSession } from './shared-terminal.ts';
import type { Pty } from './spawn-pty.ts';

const HANG_UP_MS = 500;

/** A shell on the host as its viewers share it. What went through it is counted, never kept beyond the screen. */
export class HostTerminal implements TerminalSession {
  readonly id: string;
  readonly exited: Promise<{ exitCode: number }>;
  bytesIn = 0;
  bytesOut = 0;
  readonly #pty: Pty;
  readonly #replay = new ReplayBuffer();
  #over = false;

  constructor(id: string, pty: Pty) {
    this.id = id;
    this.#pty = pty;
    let waiting = 0;
    pty.onData((data) => {
      this.bytesOut += data.length;
      waiting += 1;
      // The slowest viewer sets the pace.
      pty.pause();
      void this.#replay.write(data).then(() => {
        waiting -= 1;
        if (waiting === 0) pty.resume();
      });
    });
    const { promise, resolve } = Promise.withResolvers<{ exitCode: number }>();
    this.exited = promise;
    pty.onExit(({ exitCode }) => {
      this.#over = true;
      this.#replay.end();
      resolve({ exitCode });
    });
  }

  get replayBytes(): number {
    return this.#replay.sizeBytes;
  }

  watch(signal: AbortSignal): AsyncIterable<Buffer> {
    return this.#replay.read(signal);
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#over) return;
    this.bytesIn += bytes.length;
    this.#pty.write(bytes);
  }

  resize(rows: number, columns: number): void {
    if (!this.#over) this.#pty.resize(columns, rows);
  }

  /** Hangs up; what does not go by that is killed, with all that was started from it. */
  async end(): Promise<void> {
    if (this.#over) return;
    // One that is held back for a slow viewer would never see its end.
    this.#pty.resume();
    this.#pty.kill('SIGHUP');
    await Promise.race([this.exited, sleep(HANG_UP_MS, undefined, { ref: false })]);
    await endProcessSession(this.#pty.pid);
  }
}
