import { join } from 'node:path';
import { isThere, namesIn } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { isInitFolder } from './init-layer.ts';
import { removeTree } from './remove-tree.ts';
import type { SnapshotStore } from './snapshotter.ts';

/** Compares rows with folders. A ready row whose folder is gone is reported and kept: only its image can be fetched again. */
export async function reconcileSnapshots(opts: {
  paths: Pick<EnginePaths, 'snapshots' | 'snapshot'>;
  store: SnapshotStore;
  isOwn: (key: number) => boolean;
}): Promise<string[]> {
  const { paths, store, isOwn } = opts;
  const done: string[] = [];
  // Folders are listed first: one that is made meanwhile has a row by the time the rows are read.
  const names = await namesIn(paths.snapshots);
  for (const row of await store.list()) {
    if (isOwn(row.key)) continue;
    if (row.state === 'ready') {
      if (!(await isThere(join(paths.snapshot(row.key), 'fs')))) done.push(`snapshot ${row.key} has lost its folder`);
      continue;
    }
    await removeTree(paths.snapshot(row.key));
    await store.delete(row.key);
    done.push(`${row.state === 'preparing' ? 'rolled back' : 'finished removing'} snapshot ${row.key}`);
  }
  const known = new Set((await store.list()).map((row) => String(row.key)));
  for (const name of names) {
    const isDraft = isInitFolder(name) && name.endsWith('.tmp');
    const isOrphan = /^\d+$/.test(name) && !known.has(name) && !isOwn(Number(name));
    if (!isDraft && !isOrphan) continue;
    const path = join(paths.snapshots, name);
    if (!(await isThere(path))) continue;
    await removeTree(path);
    done.push(`removed folder ${name} of no snapshot`);
  }
  return done;
}
