import type { Readable } from 'node:stream';
import type { OpOptions } from '../../lib/index.ts';
import type { DiffId, Digest } from '../../oci/index.ts';
import type { TreeView } from '../tree/tree-view.ts';
import type { InsertTarget } from '../unpack/tree-inserter.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

export interface LayerLimits {
  maxEntries: number;
  /** Of all files together, holes included. */
  maxBytes: number;
  /** Uncompressed bytes for each compressed one, once there are more than `unjudgedBytes`. */
  maxRatio: number;
  /** So many may be as empty as they like, but not more than half of the room there is (and always 1 GiB). */
  unjudgedBytes: number;
  /** Bytes left free on the target's file system. */
  reserveBytes: number;
  /** But never more than this part of a small file system. */
  maxReserveShare: number;
}

/** What came as a whole, bytes behind the end of its tar included. */
interface Received {
  digest: Digest;
  sizeBytes: number;
}

export interface ApplyLayerOptions extends OpOptions {
  /**
   * A tar, compressed or not: its content decides, never a name. With `digest` the bytes of a file that nobody else can
   * write are known to have that sha256, and are not hashed again.
   */
  source: Readable | { path: string; digest?: Digest };
  /** An existing empty folder that becomes the layer. */
  target: string;
  /** Layers below, topmost first, for hard links to and folder modes of lower layers. */
  lowerDirs?: readonly string[];
  /**
   * Also make the layer's blob at this path, where nothing is: `keep` the bytes as they came (none, gzip, zstd), or compress
   * them by gzip when they came as none, xz or bzip2. A source file that is kept becomes the blob by a hard link, so both
   * are on one file system.
   */
  blob?: { path: string; compression: 'keep' | 'gzip' };
  expect?: { digest?: Digest; diffId?: DiffId; sizeBytes?: number };
  limits?: Partial<LayerLimits>;
  onProgress?: (progress: { readBytes: number; entries: number; name: string }) => void;
  /** Told of the source when all of it was read and found good. */
  onReceived?: ((received: Received) => void) | undefined;
}

export interface AppliedLayer {
  /** Of the blob (as stored, when `blob` was asked for, else as read). */
  digest: Digest;
  sizeBytes: number;
  diffId: DiffId;
  /** Bytes of regular files written. */
  unpackedBytes: number;
  entries: number;
  compression: Compression;
  /** OCI media type of the blob. */
  mediaType: string;
  /** Things skipped on purpose (sockets, unknown attributes), in words. */
  notes: string[];
}

/**
 * Unpacks layers outside the event loop, in chrooted child processes with limits.
 *
 * @throws EngineError `data_corrupt` (what and which entry: truncated, hostile, wrong digest; details `{ reason, entry }`),
 * `resource_exhausted` (limits, disk full), `cancelled`. The caller discards the target folder.
 */
export interface LayerApplier extends AsyncDisposable {
  apply(opts: ApplyLayerOptions): Promise<AppliedLayer>;
  /**
   * Safe reading of an outer archive (docker-archive, OCI layout): extracts regular files only, flat and beneath `target`,
   * names checked, links recorded but never made. Returns what is there.
   */
  unpackArchive(
    opts: {
      source: Readable | { path: string };
      target: string;
      limits?: Partial<LayerLimits>;
      onProgress?: ApplyLayerOptions['onProgress'];
      onReceived?: ApplyLayerOptions['onReceived'];
    } & OpOptions,
  ): Promise<ArchiveEntry[]>;
  /** Unpacks a tree of files as `TreePacker` wrote it: all names are plain, access lists are kept. */
  unpackTree(opts: UnpackTreeOptions): Promise<UnpackedTree>;
}

interface UnpackTreeOptions extends OpOptions {
  /** A tar, compressed or not. */
  source: Readable | { path: string };
  /** An existing empty folder. */
  target: string;
  /** Refuse an archive that does not end with its own digest; one with a wrong digest always is. */
  requireSeal: boolean;
  /** Of the bytes as read. */
  digest?: Digest | undefined;
  limits?: Partial<LayerLimits>;
  onProgress?: ApplyLayerOptions['onProgress'];
}

interface UnpackedTree {
  digest: Digest;
  sizeBytes: number;
  unpackedBytes: number;
  entries: number;
  /** The archive ended with its own digest, which was right. */
  sealed: boolean;
  /** What its packer said about the whole archive. */
  note: string | undefined;
  notes: string[];
}

interface InsertOptions extends OpOptions {
  /** A tar, compressed or not. */
  source: Readable;
  view: TreeView;
  into: InsertTarget;
  onProgress?: ApplyLayerOptions['onProgress'];
}

export type ArchiveEntry =
  | {
      type: 'file';
      name: string;
      sizeBytes: number /** sha256 of its bytes */;
      digest: Digest /** where it was written */;
      path: string;
    }
  | { type: 'link'; name: string; target: string };

export interface ArchiveInserter {
  /**
   * Puts an archive into a tree that is in use. What is there already when it fails, stays.
   *
   * @throws EngineError also `not_found`, `invalid_argument` (no folder, another kind in the way), `denied` (read-only)
   */
  insert(opts: InsertOptions): Promise<Pick<AppliedLayer, 'entries' | 'unpackedBytes' | 'notes'>>;
}
