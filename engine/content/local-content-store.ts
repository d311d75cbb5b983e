import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { EngineError, errnoOf } from '../errors/index.ts';
import { type Logger, silentLogger, syncFolder } from '../lib/index.ts';
import { type Digest, digestOf, tryParseDigest } from '../oci/index.ts';
import type { EnginePaths } from '../paths.ts';
import { algorithmOf, hashFile } from './blob-hash.ts';
import type { BlobInfo, ContentLease, ContentStore, Ingest } from './content-store.ts';
import { LocalIngest } from './local-ingest.ts';

const DEFAULT_READ_ALL_BYTES = 8 << 20;

/** Blobs under `content/blobs/<algorithm>/<hex>`. Folders are made on demand and readable by the owner only. */
export function createContentStore(opts: { paths: Pick<EnginePaths, 'blobs' | 'ingest'>; log?: Logger }): ContentStore {
  return new LocalContentStore(opts.paths, opts.log ?? silentLogger);
}

class LocalContentStore implements ContentStore {
  readonly #paths: Pick<EnginePaths, 'blobs' | 'ingest'>;
  readonly #log: Logger;
  readonly #ownIngests = new Set<string>();
  readonly #leased = new Map<Digest, number>();

  constructor(paths: Pick<EnginePaths, 'blobs' | 'ingest'>, log: Logger) {
    this.#paths = paths;
    this.#log = log;
  }

  async begin(): Promise<Ingest> {
    const id = randomBytes(8).toString('hex');
    const folder = join(this.#paths.ingest, id);
    this.#ownIngests.add(id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new LocalIngest({
      id,
      folder,
      blobPath: (digest) => this.path(digest),
      onEnd: () => this.#ownIngests.delete(id),
    });
  }

  async put(data: Uint8Array | string): Promise<BlobInfo> {
    await using ingest = await this.begin();
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const written = await ingest.write(Readable.from([Buffer.from(bytes)], { objectMode: false }));
    // Awaited here: the ingest is disposed as soon as this function returns.
    return await ingest.commit({ digest: digestOf(bytes), sizeBytes: bytes.length }, written);
  }

  async info(digest: Digest): Promise<BlobInfo | undefined> {
    try {
      return { digest, sizeBytes: (await stat(this.path(digest))).size };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  path(digest: Digest): string {
    const [algorithm = '', hex = ''] = digest.split(':');
    return join(this.#paths.blobs, algorithm, hex);
  }

  async read(digest: Digest, range: { start?: number; end?: number } = {}): Promise<Readable> {
    const file = await this.#open(digest);
    const start = range.start ?? 0;
    const end = Math.min(range.end ?? Number.POSITIVE_INFINITY, (await file.stat()).size);
    if (start >= end) {
      await file.close();
      return Readable.from([]);
    }
    return createReadStream('', { fd: file, start, end: end - 1, highWaterMark: 256 << 10 });
  }

  async readAll(digest: Digest, opts: { maxBytes?: number } = {}): Promise<Buffer> {
    const maxBytes = opts.maxBytes ?? DEFAULT_READ_ALL_BYTES;
    await using file = await this.#open(digest);
    const { size } = await file.stat();
    if (size > maxBytes) {
      throw new EngineError('resource_exhausted', `${digest} has ${size} bytes, more than ${maxBytes}`, {
        reason: 'blob_too_large',
        digest,
      });
    }
    const bytes = await file.readFile();
    const actual =
      algorithmOf(digest) === 'sha256' ? digestOf(bytes) : (await hashFile(this.path(digest), 'sha512')).digest;
    if (actual !== digest) {
      throw new EngineError('data_corrupt', `The stored bytes of ${digest} have changed`, {
        reason: 'digest_mismatch',
        digest,
      });
    }
    return bytes;
  }

  async delete(digest: Digest): Promise<boolean> {
    const path = this.path(digest);
    try {
      await rm(path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    }
    await syncFolder(dirname(path));
    return true;
  }

  async *list(): AsyncIterable<BlobInfo> {
    for (const algorithm of ['sha256', 'sha512']) {
      for (const hex of await namesIn(join(this.#paths.blobs, algorithm))) {
        const digest = tryParseDigest(`${algorithm}:${hex}`);
        const info = digest === undefined ? undefined : await this.info(digest);
        if (info !== undefined) yield info;
      }
    }
  }

  lease(): ContentLease {
    const held = new Set<Digest>();
    return {
      hold: (digest) => {
        if (held.has(digest)) return;
        held.add(digest);
        this.#leased.set(digest, (this.#leased.get(digest) ?? 0) + 1);
      },
      [Symbol.dispose]: () => {
        for (const digest of held) {
          const left = (this.#leased.get(digest) ?? 1) - 1;
          if (left > 0) this.#leased.set(digest, left);
          else this.#leased.delete(digest);
        }
        held.clear();
      },
    };
  }

  isLeased(digest: Digest): boolean {
    return this.#leased.has(digest);
  }

  async purgeIngest(): Promise<number> {
    let purged = 0;
    for (const id of await namesIn(this.#paths.ingest)) {
      if (this.#ownIngests.has(id)) continue;
      await rm(join(this.#paths.ingest, id), { recursive: true, force: true });
      purged += 1;
    }
    if (purged > 0) this.#log.info({ purged }, 'unfinished ingests removed');
    return purged;
  }

  async #open(digest: Digest) {
    try {
      return await open(this.path(digest), 'r');
    } catch (cause) {
      if (errnoOf(cause) !== 'ENOENT') throw cause;
      throw new EngineError('not_found', `No blob ${digest}`, { reason: 'blob_not_found', digest }, { cause });
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
