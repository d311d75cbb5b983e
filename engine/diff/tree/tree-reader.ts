import type { OpOptions } from '../../lib/index.ts';
import type { TreeView } from './tree-view.ts';

/** What a writable layer did to a path of the tree below it. */
export interface FileChange {
  /** Absolute, inside the tree. */
  path: string;
  kind: 'modified' | 'added' | 'deleted';
}

/** What is at a path, its last link not followed. */
export interface PathStat {
  name: string;
  sizeBytes: number;
  /** As `stat(2)` has it, with the type. */
  mode: number;
  mtime: Date;
  /** Of a link: the absolute path inside the tree that it leads to in the end; empty otherwise. */
  linkTarget: string;
}

/**
 * Looks into trees that may change at the same time, in child processes that are locked into them.
 *
 * @throws EngineError `not_found` (reason `path_missing`), `invalid_argument` (`path_not_folder`, `path_refused`), `cancelled`
 */
export interface TreeReader {
  /** In the order of a walk by name; folders that only have changed content count as modified. */
  changes(opts: { upper: string; lowerDirs: readonly string[] } & OpOptions): Promise<FileChange[]>;
  /** A path that ends in `/` or `/.` means the folder that a link leads to. */
  stat(opts: { view: TreeView; path: string } & OpOptions): Promise<PathStat>;
}
