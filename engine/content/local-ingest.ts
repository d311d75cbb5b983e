import { createWriteStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError, errnoOf } from '../errors/index.ts';
import { type OpOptions, syncFolder } from '../lib/index.ts';
import type { Digest } from '../oci/index.ts';
import { algorithmOf, HashingStream, hashFile } from './blob-hash.ts';
import type { BlobInfo, Ingest } from './content-store.ts';

/** One folder under `content/ingest`; `onEnd` tells the store that it is owned no longer. */
export class LocalIngest implements Ingest {
  readonly id: string;
  readonly path: string;
  readonly #folder: string;
  readonly #blobPath: (digest: Digest) => string;
  readonly #onEnd: () => void;
  #written: BlobInfo | undefined;
  #state: 'open' | 'writing' | 'ended' = 'open';

  constructor(opts: { id: string; folder: string; blobPath: (digest: Digest) => string; onEnd: () => void }) {
    this.id = opts.id;
    this.#folder = opts.folder;
    this.path = join(opts.folder, 'data');
    this.#blobPath = opts.blobPath;
    this.#onEnd = opts.onEnd;
  }

  async write(
    source: Readable,
    opts: OpOptions & { onBytes?: (total: number) => void; maxBytes?: number } = {},
  ): Promise<BlobInfo> {
    if (this.#state !== 'open') {
      source.destroy();
      throw new EngineError('internal', 'An ingest is written once', { reason: 'ingest_reused' });
    }
    this.#state = 'writing';
    const hashing = new HashingStream(opts);
    try {
      await pipeline(source, hashing, createWriteStream(this.path, { flags: 'wx', mode: 0o600 }), {
        signal: opts.signal,
      });
    } catch (cause) {
      throw translate(cause, opts.signal);
    }
    this.#written = hashing.result();
    return this.#written;
  }

  async commit(expected: { digest?: Digest; sizeBytes?: number } = {}, known?: BlobInfo): Promise<BlobInfo> {
    if (this.#state === 'ended') throw new EngineError('internal', 'The ingest has ended', { reason: 'ingest_reused' });
    const blob = await this.#measure(expected.digest, known);
    if (expected.digest !== undefined && expected.digest !== blob.digest) {
      throw corrupt(`The bytes have the digest ${blob.digest} and not ${expected.digest}`, 'digest_mismatch');
    }
    if (expected.sizeBytes !== undefined && expected.sizeBytes !== blob.sizeBytes) {
      throw corrupt(`${blob.digest} has ${blob.sizeBytes} bytes and not ${expected.sizeBytes}`, 'size_mismatch');
    }
    const place = this.#blobPath(blob.digest);
    if (!(await exists(place))) {
      const file = await open(this.path, 'r');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      await rename(this.path, place);
      await syncFolder(dirname(place));
    }
    await this.abort();
    return blob;
  }

  async abort(): Promise<void> {
    this.#state = 'ended';
    await rm(this.#folder, { recursive: true, force: true });
    this.#onEnd();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'ended') await this.abort();
  }

  /** A digest of another algorithm than the one hashed on the way is computed from the file. */
  async #measure(wanted: Digest | undefined, known: BlobInfo | undefined): Promise<BlobInfo> {
    const seen = known ?? this.#written;
    const algorithm = wanted === undefined ? 'sha256' : algorithmOf(wanted);
    return seen !== undefined && algorithmOf(seen.digest) === algorithm ? seen : hashFile(this.path, algorithm);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function translate(cause: unknown, signal: AbortSignal | undefined): unknown {
  if (cause instanceof EngineError) return cause;
  if (signal?.aborted) return new EngineError('cancelled', 'Receiving the data was cancelled', {}, { cause });
  if (errnoOf(cause) === 'ENOSPC') {
    return new EngineError('resource_exhausted', 'No space is left on the disk', { reason: 'disk_full' }, { cause });
  }
  return cause;
}

function corrupt(message: string, reason: string): EngineError {
  return new EngineError('data_corrupt', message, { reason });
}
