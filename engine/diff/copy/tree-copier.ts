import type { OpOptions } from '../../lib/index.ts';

export interface CopyProgress {
  copiedBytes: number;
  entries: number;
  name: string;
}

export interface CopiedTree {
  entries: number;
  /** Bytes that were read and written. */
  copiedBytes: number;
  /** Bytes of files that share their blocks with the originals instead. */
  sharedBytes: number;
  /** Things left out (sockets, vanished names, mounts inside), in words. */
  notes: string[];
}

/**
 * Copies trees of files outside the event loop, in child processes that follow no link of the tree.
 *
 * @throws EngineError `resource_exhausted` (disk full), `cancelled`. The caller discards the target folder.
 */
export interface TreeCopier extends AsyncDisposable {
  /** `from`: any path to a folder; `to`: an existing empty folder. */
  copy(
    opts: { from: string; to: string; onProgress?: (progress: CopyProgress) => void } & OpOptions,
  ): Promise<CopiedTree>;
}
