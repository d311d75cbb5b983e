import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';

interface Digested extends Disposable {
  /** The same bytes. */
  stream: Readable;
  /** Of all of them, also those that nobody has read; undefined where the stream was ended before its end. */
  digest(): Promise<{ digest: string; sizeBytes: number } | undefined>;
}

/** What came, to be compared with what its maker says it is: hashed on its way, as it was sent. Disposing ends it. */
export function digestOf(source: Readable): Digested {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  // Its reader hears of what goes wrong.
  const passed = pipeline(source, stream).then(
    () => true,
    () => false,
  );
  return {
    stream,
    async digest() {
      if (stream.destroyed && !stream.readableEnded) return undefined;
      stream.resume();
      await finished(stream).catch(() => undefined);
      return (await passed) ? { digest: `sha256:${hash.digest('hex')}`, sizeBytes } : undefined;
    },
    [Symbol.dispose]: () => void stream.destroy(),
  };
}
