import type { Readable } from 'node:stream';
import type { OpOptions } from '../lib/index.ts';
import type { Digest } from '../oci/index.ts';

export interface BlobInfo {
  digest: Digest;
  sizeBytes: number;
}

/** An unfinished blob: a folder under `content/ingest`, gone when it is aborted or stale. */
export interface Ingest extends AsyncDisposable {
  readonly id: string;
  /** The file the bytes go to; a worker may write it itself and name the digest in `commit`. */
  readonly path: string;
  /** Writes all of `source`, hashing on the way; may be called once. */
  write(
    source: Readable,
    opts?: OpOptions & { onBytes?: (total: number) => void; maxBytes?: number },
  ): Promise<BlobInfo>;
  /**
   * Verifies, syncs and renames the file to its place. Committing bytes that are there already is a success.
   * @throws EngineError `data_corrupt` when digest or size differ from what is expected; nothing is stored then
   */
  commit(expected?: { digest?: Digest; sizeBytes?: number }, known?: BlobInfo): Promise<BlobInfo>;
  /** Removes the folder; also what disposing an uncommitted ingest does. */
  abort(): Promise<void>;
}

/** Content-addressed blobs on disk, verified while written. */
export interface ContentStore {
  begin(): Promise<Ingest>;
  put(data: Uint8Array | string): Promise<BlobInfo>;
  info(digest: Digest): Promise<BlobInfo | undefined>;
  path(digest: Digest): string;
  /** `start` inclusive, `end` exclusive. @throws EngineError `not_found` */
  read(digest: Digest, range?: { start?: number; end?: number }): Promise<Readable>;
  /** @throws EngineError `not_found`, `data_corrupt` (bytes no longer match), `resource_exhausted` (larger than `maxBytes`, default 8 MiB) */
  readAll(digest: Digest, opts?: { maxBytes?: number }): Promise<Buffer>;
  delete(digest: Digest): Promise<boolean>;
  list(): AsyncIterable<BlobInfo>;
  /** Blobs named in a lease are not collected while it lives. */
  lease(): ContentLease;
  isLeased(digest: Digest): boolean;
  /** Removes ingest folders that nobody in this process owns. Returns how many. */
  purgeIngest(): Promise<number>;
}

export interface ContentLease extends Disposable {
  hold(digest: Digest): void;
}
