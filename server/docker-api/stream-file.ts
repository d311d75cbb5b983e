import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errnoOf } from '#engine/errors/index.ts';
import type { DockerCall } from './route.ts';

/** Sends an archive. One that breaks off breaks the connection, so that nobody takes it for whole. */
export async function streamFile(
  { res, signal }: Pick<DockerCall, 'res' | 'signal'>,
  source: Readable,
  headers: Readonly<Record<string, string | number>>,
): Promise<void> {
  res.writeHead(200, headers);
  try {
    await pipeline(source, res);
  } catch (error) {
    // A client that has seen enough is no fault of anybody.
    if (signal.aborted && ['ERR_STREAM_PREMATURE_CLOSE', 'EPIPE', 'ECONNRESET'].includes(errnoOf(error) ?? '')) return;
    throw error;
  }
}
