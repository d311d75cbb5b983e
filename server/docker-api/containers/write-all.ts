import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Waits until a slow reader has taken it: nothing piles up here. Gives up when the reader is gone. */
export async function writeAll(out: Writable, data: Uint8Array): Promise<void> {
  if (out.destroyed || data.length === 0 || out.write(data)) return;
  const gone = new AbortController();
  try {
    await Promise.race([once(out, 'drain', { signal: gone.signal }), once(out, 'close', { signal: gone.signal })]);
  } finally {
    gone.abort();
  }
}
