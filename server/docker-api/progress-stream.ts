import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { errorLine, type ProgressLine } from './codec/progress.ts';
import { messageOf } from './docker-error.ts';

const STEP_MS = 100;

/**
 * An answer of JSON lines. Its status is decided with the first line: an error before it is an ordinary one, an error after it a
 * line that clients look for.
 */
export class ProgressStream {
  readonly #res: ServerResponse;
  readonly #requestId: string;
  #nextStepAt = 0;

  constructor({ res, requestId }: { res: ServerResponse; requestId: string }) {
    this.#res = res;
    this.#requestId = requestId;
  }

  /** Sends the head, for answers that are 200 whatever comes. */
  begin(): void {
    if (this.#res.headersSent) return;
    this.#res.writeHead(200, { 'Content-Type': 'application/json' });
    this.#res.flushHeaders();
  }

  line(line: ProgressLine): void {
    this.begin();
    if (!this.#res.destroyed) this.#res.write(`${JSON.stringify(line)}\r\n`);
  }

  /** For steps that come by the thousand: a few a second are shown, and none to a client that does not keep up. */
  step(make: () => ProgressLine): void {
    const now = performance.now();
    if (now < this.#nextStepAt || this.#res.writableNeedDrain) return;
    this.#nextStepAt = now + STEP_MS;
    this.line(make());
  }

  /** Runs `work`; its error becomes the last line when the answer has begun. It is thrown on in any case. */
  async around(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#res.headersSent) throw error;
      this.line(errorLine(messageOf(error, this.#requestId)));
      await this.#end();
      throw error;
    }
    this.begin();
    await this.#end();
  }

  async #end(): Promise<void> {
    if (this.#res.destroyed) return;
    const ended = once(this.#res, 'close');
    this.#res.end();
    await Promise.race([ended, once(this.#res, 'finish')]);
  }
}
