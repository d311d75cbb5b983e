import type { EngineErrorCode, ErrorDetails } from '../../errors/index.ts';
import type { AppliedLayer, Compression, LayerLimits } from '../layer/layer-applier.ts';
import type { TreeView } from '../tree/tree-view.ts';
import type { ExtractedMember } from './archive-extractor.ts';
import type { InsertTarget } from './tree-inserter.ts';

/** What the applier asks its child. A source without a path comes through stdin, which ends with it. */
export interface UnpackRequest {
  /** After a good answer the child waits for another request, of a source with a path. */
  stays: boolean;
  kind: 'layer' | 'archive' | 'tree' | 'insert';
  /** Whether a tree must end with its digest. */
  sealed: boolean;
  sourcePath: string | undefined;
  /** Of the source's bytes, where they need not be hashed again. */
  sourceDigest?: string | undefined;
  /** Of an outer archive each file is hashed, and the whole only for who asks. */
  hashWhole?: boolean;
  target: string;
  lowerDirs: readonly string[];
  blob: { path: string; compression: 'keep' | 'gzip' } | undefined;
  expect: { digest?: string; diffId?: string; sizeBytes?: number };
  limits: LayerLimits;
  /** Only of an insertion, whose `target` is the root of a tree in use. */
  insert?: (InsertTarget & Pick<TreeView, 'mounts' | 'readOnly'>) | undefined;
}

export interface UnpackProgress {
  readBytes: number;
  entries: number;
  name: string;
}

export interface UnpackResult extends Omit<AppliedLayer, 'digest' | 'diffId'> {
  digest: string;
  diffId: string;
  /** The source as it came. */
  read: { digest: string; sizeBytes: number };
  compression: Compression;
  /** The source itself is the blob asked for; nothing was written. */
  sourceIsBlob: boolean;
  members: ExtractedMember[];
  /** The archive ends with its own digest, and that is right. */
  sealed: boolean;
  /** What its packer said about the whole. */
  note: string | undefined;
}

/** From the child: any number of `progress`, then one of the others. */
export type UnpackReply =
  | { type: 'progress'; progress: UnpackProgress }
  | { type: 'done'; result: UnpackResult }
  | { type: 'failed'; code: EngineErrorCode; message: string; details: ErrorDetails };
