import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '#engine/errors/index.ts';
import type { RemoteSource } from '../uploads/remote-source.ts';

const IDLE_MS = 60_000;

/**
 * The body of a request as a source for the engine. Its stream fails with EngineError `unavailable` when the client goes away
 * (reason `upload_interrupted`) or sends nothing for a minute while somebody wants to read (`upload_stalled`): a reader holds
 * one of few places while it waits. Disposing reads the rest away, so that the answer still gets through.
 */
export function bodyOf(req: IncomingMessage, opts: { idleMs?: number } = {}): RemoteSource {
  const length = Number(req.headers['content-length']);
  const totalBytes = Number.isSafeInteger(length) && length > 0 ? length : undefined;
  const seen = { doneBytes: 0, totalBytes };
  const read = async function* () {
    // Not destroyed with its reader: the answer goes through the same connection.
    const chunks = req.iterator({ destroyOnReturn: false });
    for (;;) {
      const idle = setTimeout(stall, opts.idleMs ?? IDLE_MS);
      const next = await chunks.next().finally(() => clearTimeout(idle));
      if (next.done === true) return;
      const chunk = next.value as Buffer;
      seen.doneBytes += chunk.length;
      yield chunk;
    }
  };
  const stream = Readable.from(read(), { objectMode: false });
  function stall(): void {
    stream.destroy(broken('upload_stalled', 'The upload stood still', seen));
    req.destroy();
  }
  // Before the reader takes the end of the connection for the end of the body, or while it still waits for its turn.
  req.once('close', () => {
    if (!req.complete) stream.destroy(broken('upload_interrupted', 'The upload was interrupted', seen));
  });
  req.once('error', (cause) => stream.destroy(broken('upload_interrupted', 'The upload was interrupted', seen, cause)));
  return {
    stream,
    totalBytes,
    [Symbol.asyncDispose]: async () => {
      // An iterator that was left in the middle still listens, and as long as it does nothing flows.
      req.removeAllListeners('readable');
      await nextTurn();
      req.resume();
    },
  };
}

function broken(
  reason: string,
  what: string,
  seen: { doneBytes: number; totalBytes: number | undefined },
  cause?: unknown,
): EngineError {
  const { doneBytes, totalBytes } = seen;
  const whole = totalBytes === undefined ? '' : ` of ${totalBytes}`;
  const details = { reason, doneBytes, ...(totalBytes !== undefined && { totalBytes }) };
  return new EngineError('unavailable', `${what} after ${doneBytes}${whole} bytes`, details, { cause });
}
