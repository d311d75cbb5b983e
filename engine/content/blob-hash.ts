import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../errors/index.ts';
import { type Digest, parseDigest } from '../oci/index.ts';
import type { BlobInfo } from './content-store.ts';

/** Passes bytes through, counting and hashing them; fails as soon as there are more than `maxBytes`. */
export class HashingStream extends Transform {
  readonly #hash;
  readonly #algorithm: 'sha256' | 'sha512';
  readonly #maxBytes: number;
  readonly #onBytes: ((total: number) => void) | undefined;
  #total = 0;

  constructor(
    opts: { algorithm?: 'sha256' | 'sha512'; maxBytes?: number; onBytes?: ((total: number) => void) | undefined } = {},
  ) {
    super();
    this.#algorithm = opts.algorithm ?? 'sha256';
    this.#hash = createHash(this.#algorithm);
    this.#maxBytes = opts.maxBytes ?? Number.POSITIVE_INFINITY;
    this.#onBytes = opts.onBytes;
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error: Error | null, data?: Buffer) => void): void {
    this.#total += chunk.length;
    if (this.#total > this.#maxBytes) {
      done(
        new EngineError('resource_exhausted', `More than ${this.#maxBytes} bytes were sent`, {
          reason: 'blob_too_large',
          maxBytes: this.#maxBytes,
        }),
      );
      return;
    }
    this.#hash.update(chunk);
    this.#onBytes?.(this.#total);
    done(null, chunk);
  }

  /** To be asked once, after the stream has ended. */
  result(): BlobInfo {
    return { digest: parseDigest(`${this.#algorithm}:${this.#hash.digest('hex')}`), sizeBytes: this.#total };
  }
}

export function algorithmOf(digest: Digest): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** Digest and size of a file as it is on disk now. */
export async function hashFile(
  path: string,
  algorithm: 'sha256' | 'sha512' = 'sha256',
  signal?: AbortSignal,
): Promise<BlobInfo> {
  const hashing = new HashingStream({ algorithm });
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  await pipeline(source, hashing.resume(), { signal });
  return hashing.result();
}
