import type { EngineErrorCode, ErrorDetails } from '../../errors/index.ts';
import type { ViewMount } from '../tree/tree-view.ts';
import type { PackedTree, PackProgress } from './tree-packer.ts';

/** The one message from the packer to its child, which writes the archive to stdout. */
export interface PackRequest {
  root: string;
  mounts: readonly ViewMount[];
  enterMounts: readonly string[];
  path: string;
  as: string;
  omitTop: boolean;
  form: 'exact' | 'portable' | 'layer';
  compression: 'none' | 'gzip' | 'zstd';
  seal: boolean;
  /** Empty: none. */
  note: string;
}

export interface PackResult extends Omit<PackedTree, 'digest' | 'diffId'> {
  digest: string;
  diffId: string;
}

/** From the child: any number of `progress`, then one of the others. */
export type PackReply =
  | { type: 'progress'; progress: PackProgress }
  | { type: 'done'; result: PackResult }
  | { type: 'failed'; code: EngineErrorCode; message: string; details: ErrorDetails };
