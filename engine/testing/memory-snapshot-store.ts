import { EngineError } from '../errors/index.ts';
import type { Snapshot, SnapshotStore } from '../snapshots/index.ts';
import { Table } from './table.ts';

/** Rows of snapshots in memory, or in two files when one is given: the second keeps the last key. */
export function memorySnapshotStore(file?: string): SnapshotStore {
  const rows = new Table<Snapshot>(file);
  const keys = new Table<{ last: number }>(file === undefined ? undefined : `${file}-keys`);
  const find = (matches: (row: Snapshot) => boolean) => rows.list().find(matches);

  function checkUnique({ key, chainId, owner }: Snapshot): void {
    const clash = find(
      (other) =>
        other.key !== key &&
        ((chainId !== undefined && other.chainId === chainId) || (owner !== undefined && other.owner === owner)),
    );
    if (clash === undefined) return;
    const message = `Snapshot ${clash.key} has the same chain or owner`;
    throw new EngineError('already_exists', message, { reason: 'snapshot_exists' });
  }

  return {
    async insert(snapshot) {
      const key = 1 + (keys.get('')?.last ?? 0);
      keys.set('', { last: key });
      checkUnique({ ...snapshot, key });
      rows.set(String(key), { ...snapshot, key });
      return { ...snapshot, key };
    },
    async update(key, change) {
      const row = rows.get(String(key));
      if (row !== undefined) checkUnique({ ...row, ...change });
      rows.change(String(key), change);
    },
    delete: async (key) => void rows.delete(String(key)),
    get: async (key) => rows.get(String(key)),
    findByChainId: async (chainId) => find((row) => row.chainId === chainId),
    findByOwner: async (owner) => find((row) => row.owner === owner),
    list: async () => rows.list(),
  };
}
