import { join } from 'node:path';
import { isThere, namesIn } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { isInitFolder } from './init-layer.ts';
import { removeTree } from './remove-tree.ts';
import type { SnapshotStore } from './snapshotter.ts';

interface ReconcileDeps {
  paths: Pick<EnginePaths, 'snapshots' | 'snapshot'>;
  store: SnapshotStore;
  isOwn: (key: number) => boolean;
}

/** Rolls back what was being made and finishes what was being removed, but for what this process works on. */
export async function repairSnapshots({ paths, store, isOwn }: ReconcileDeps): Promise<string[]> {
  const done: string[] = [];
  for (const row of await store.list()) {
    if (row.state === 'ready' || isOwn(row.key)) continue;
    await removeTree(paths.snapshot(row.key));
    await store.delete(row.key);
    done.push(`${row.state === 'preparing' ? 'rolled back' : 'finished removing'} snapshot ${row.key}`);
  }
  return done;
}

/** Compares rows with folders. A ready row whose folder is gone is reported and kept: only its image can be fetched again. */
export async function reconcileSnapshots(deps: ReconcileDeps): Promise<string[]> {
  const { paths, store, isOwn } = deps;
  // Folders are listed first: one that is made meanwhile has a row by the time the rows are read.
  const names = await namesIn(paths.snapshots);
  const done = await repairSnapshots(deps);
  for (const { key, state } of await store.list()) {
    if (state !== 'ready' || isOwn(key) || (await isThere(join(paths.snapshot(key), 'fs')))) continue;
    done.push(`snapshot ${key} has lost its folder`);
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
