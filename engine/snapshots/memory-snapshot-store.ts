import { EngineError } from '../errors/index.ts';
import type { ChainId } from '../oci/index.ts';
import type { Snapshot, SnapshotStore } from './snapshotter.ts';

/** Snapshot rows that live as long as the process; for tests and throw-away engines. */
export class MemorySnapshotStore implements SnapshotStore {
  readonly #rows = new Map<number, Snapshot>();
  #lastKey = 0;

  async insert(snapshot: Omit<Snapshot, 'key'>): Promise<Snapshot> {
    this.#lastKey += 1;
    const row = { ...snapshot, key: this.#lastKey };
    this.#checkUnique(row);
    this.#rows.set(row.key, row);
    return { ...row };
  }

  async update(key: number, change: Partial<Omit<Snapshot, 'key'>>): Promise<void> {
    const row = this.#rows.get(key);
    if (row === undefined) {
      throw new EngineError('not_found', `No snapshot ${key}`, { reason: 'snapshot_not_found', key });
    }
    const changed = { ...row, ...change };
    this.#checkUnique(changed);
    this.#rows.set(key, changed);
  }

  async delete(key: number): Promise<void> {
    this.#rows.delete(key);
  }

  async get(key: number): Promise<Snapshot | undefined> {
    const row = this.#rows.get(key);
    return row && { ...row };
  }

  async findByChainId(chainId: ChainId): Promise<Snapshot | undefined> {
    return this.#find((row) => row.chainId === chainId);
  }

  async findByOwner(owner: string): Promise<Snapshot | undefined> {
    return this.#find((row) => row.owner === owner);
  }

  async list(): Promise<Snapshot[]> {
    return [...this.#rows.values()].map((row) => ({ ...row }));
  }

  #find(matches: (row: Snapshot) => boolean): Snapshot | undefined {
    const row = [...this.#rows.values()].find(matches);
    return row && { ...row };
  }

  #checkUnique(row: Snapshot): void {
    const clash = this.#find(
      (other) =>
        other.key !== row.key &&
        ((row.chainId !== undefined && other.chainId === row.chainId) ||
          (row.owner !== undefined && other.owner === row.owner)),
    );
    if (clash === undefined) return;
    throw new EngineError('already_exists', `Snapshot ${clash.key} has the same chain or owner`, {
      reason: 'snapshot_exists',
    });
  }
}
