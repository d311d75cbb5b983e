import type { Writable } from 'node:stream';
import type { OpOptions } from '../../lib/index.ts';
import type { DiffId, Digest } from '../../oci/index.ts';
import type { ViewMount } from '../tree/tree-view.ts';

export interface PackTreeOptions extends OpOptions {
  /** An existing folder of the host; the packing process locks itself into it. */
  root: string;
  /** Put in place for the packing process only. */
  mounts?: readonly ViewMount[];
  /** Absolute paths in the tree of mounts that are packed with what is in them. */
  enterMounts?: readonly string[];
  /**
   * What to pack, from `root`: links on the way are followed but never out of it, the last one is packed as a link,
   * unless the path ends in `/` or `/.`.
   * The root itself by default.
   */
  path?: string;
  /**
   * Name of that top entry in the archive, such as `hosts`, `etc`, `.` or `/`: names of what is inside begin with it. Empty (the
   * default, only for a folder): what is inside gets bare names, and `./` stands for the folder itself.
   */
  as?: string;
  /** Leave out the entry of the top folder itself, as image layers do. */
  omitTop?: boolean;
  /**
   * `exact` (default): holes, nanoseconds, ACLs and every name are kept; for backups. `portable`: what other engines' archives
   * have (export, cp): whole seconds, no holes. `layer`: `root` is the upper folder of an overlay; its marks become the
   * whiteouts of the OCI image-spec, otherwise like `portable`.
   */
  form?: 'exact' | 'portable' | 'layer';
  compression?: 'none' | 'gzip' | 'zstd';
  /** A text about the whole, which `unpackTree` tells and other readers of tars ignore. */
  note?: string;
  /** Ends the archive with a digest of its own bytes, which `unpackTree` checks. */
  seal?: boolean;
  /** Ended when everything was written; destroyed on a failure. */
  sink: Writable;
  /** Called once, with the first bytes: what was asked for is there. */
  onBegin?: (() => void) | undefined;
  onProgress?: (progress: PackProgress) => void;
}

export interface PackProgress {
  /** Of the uncompressed tar. */
  tarBytes: number;
  entries: number;
  name: string;
}

export interface PackedTree {
  /** Of the bytes as written to the sink. */
  digest: Digest;
  sizeBytes: number;
  /** Of the uncompressed tar. */
  diffId: DiffId;
  tarBytes: number;
  entries: number;
  /** OCI media type when it is used as a layer. */
  mediaType: string;
  /** Things left out or changed meanwhile (sockets, vanished names, mounts inside), in words. */
  notes: string[];
}

/**
 * Writes trees of files as tars outside the event loop, in chrooted child processes. Entries are sorted by name bytes, so that
 * the same tree gives the same bytes. Other mounts inside the tree are packed as empty folders.
 *
 * @throws EngineError `not_found` (no such path), `invalid_argument` (a file without a name), `unavailable` with reason
 * `sink_failed`, `cancelled`
 */
export interface TreePacker extends AsyncDisposable {
  pack(opts: PackTreeOptions): Promise<PackedTree>;
}
