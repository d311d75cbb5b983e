import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import type { DockerCall } from '../route.ts';
import { streamFile } from '../stream-file.ts';

const BUFFER = 1 << 20;

/** Sends what `produce` writes. Until its first byte an error is an ordinary answer, after it the connection breaks off. */
export async function streamProduced(
  call: Pick<DockerCall, 'res' | 'signal'>,
  headers: Readonly<Record<string, string>>,
  produce: (sink: Writable) => Promise<void>,
): Promise<void> {
  const pipe = new PassThrough({ highWaterMark: BUFFER });
  const produced = produce(pipe);
  // An error of the pipe is the producer's, which says it better.
  pipe.on('error', () => undefined);
  await Promise.race([once(pipe, 'readable'), produced]).catch(async (error: unknown) => {
    await produced;
    throw error;
  });
  await Promise.all([streamFile(call, pipe, headers), produced]);
}
