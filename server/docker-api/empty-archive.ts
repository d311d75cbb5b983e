import { Readable } from 'node:stream';
import type { DockerCall } from './route.ts';

/** Two empty blocks end an archive. */
const NO_ENTRIES = Buffer.alloc(1024);

/** The archive in a request; a client that sends nothing at all means one without entries, as with dockerd. */
export function archiveIn(req: DockerCall['req']): Readable {
  return Readable.from(orNoEntries(req));
}

async function* orNoEntries(req: DockerCall['req']): AsyncGenerator<Buffer> {
  let isEmpty = true;
  // Not destroyed when it is left: the answer goes through the same connection.
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    if (chunk.length > 0) isEmpty = false;
    yield chunk;
  }
  if (isEmpty) yield NO_ENTRIES;
}
