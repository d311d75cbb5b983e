import type { ChainId, DiffId } from '../oci/index.ts';

export interface Snapshot {
  /** Number of its folder under `snapshots/`. */
  key: number;
  kind: 'committed' | 'active';
  /** `preparing` rows are rolled back at boot, `removing` rows are finished. */
  state: 'preparing' | 'ready' | 'removing';
  parent: number | undefined;
  /** Of committed ones: the stack up to and with this layer. */
  chainId: ChainId | undefined;
  diffId: DiffId | undefined;
  /** Of active ones: whose it is, a container id. */
  owner: string | undefined;
  sizeBytes: number;
  createdAt: Date;
}

export interface SnapshotStore {
  insert(snapshot: Omit<Snapshot, 'key'>): Promise<Snapshot>;
  update(key: number, change: Partial<Omit<Snapshot, 'key'>>): Promise<void>;
  delete(key: number): Promise<void>;
  get(key: number): Promise<Snapshot | undefined>;
  findByChainId(chainId: ChainId): Promise<Snapshot | undefined>;
  findByOwner(owner: string): Promise<Snapshot | undefined>;
  list(): Promise<Snapshot[]>;
}

/** A layer being unpacked: fill `dir`, then `commit`; disposing it uncommitted removes folder and row. */
export interface PendingLayer extends AsyncDisposable {
  readonly dir: string;
  /** Folders of the layers below, topmost first: for copying up the target of a hard link across layers. */
  readonly lowerDirs: readonly string[];
  /** From now on others may stand on it; it is certain to outlive a crash only after `settle`. */
  commit(layer: { chainId: ChainId; diffId: DiffId; sizeBytes: number }): Promise<Snapshot>;
}

/**
 * File system states as overlay layers. A container's root is [upper | init layer | image layers…]; the init layer makes
 * hostile images harmless (real folders and files where the runtime mounts; no link is followed).
 */
export interface Snapshotter {
  find(chainId: ChainId): Promise<Snapshot | undefined>;
  prepareLayer(parent: ChainId | undefined): Promise<PendingLayer>;
  /** Writes all committed layers to the disk at once, and their rows. Without it they are gone after the next start. */
  settle(): Promise<void>;
  /** Makes the writable layer of a container; idempotent by owner. @throws EngineError `not_found` when the parent chain is missing */
  createActive(owner: string, parent: ChainId | undefined): Promise<Snapshot>;
  /** Mounts the owner's root at `target` (made when missing); a second call while mounted is a no-op. */
  mount(owner: string, target: string): Promise<void>;
  unmount(target: string): Promise<void>;
  /** Read-only mount of an image's layers, removed by disposing it. */
  mountView(chainId: ChainId, target: string): Promise<AsyncDisposable>;
  /** Folder of the writable layer: what the container changed. */
  upperDir(owner: string): Promise<string | undefined>;
  /** Folders of what the owner sees, without mounting them: its own, and those below from the topmost. */
  foldersOf(owner: string): Promise<{ upper: string; work: string; lowerDirs: string[] }>;
  /** Unique bytes and inodes of one layer or writable layer. */
  usage(owner: string): Promise<{ sizeBytes: number; inodes: number }>;
  removeActive(owner: string): Promise<boolean>;
  /** @throws EngineError `in_use` when another snapshot has it as parent */
  removeLayer(chainId: ChainId): Promise<boolean>;
  list(): Promise<Snapshot[]>;
  /** Finishes or rolls back half-made rows and removes folders without a row. Returns what it did, in words. */
  reconcile(): Promise<string[]>;
  /** Finishes the rows that a failed operation left half-made; safe beside operations. Returns what it did, in words. */
  repair(): Promise<string[]>;
}
