import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, isEngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';
import { type Clock, failpoint, KeyedLock, type Logger, silentLogger, systemClock } from '../lib/index.ts';
import type { ChainId } from '../oci/index.ts';
import type { EnginePaths } from '../paths.ts';
import { diskUsage } from './disk-usage.ts';
import { ensureInitLayer } from './init-layer.ts';
import { reconcileSnapshots, repairSnapshots } from './reconcile-snapshots.ts';
import { removeTree, syncFileSystem } from './remove-tree.ts';
import type { PendingLayer, Snapshot, SnapshotStore, Snapshotter } from './snapshotter.ts';
import { unusableUserDatabases } from './user-database-check.ts';

/** Kernel limit of an overlay; the writable and the init layer are added to the image's. */
const MAX_LOWER = 500;

interface SnapshotterDeps {
  paths: Pick<EnginePaths, 'snapshots' | 'snapshot'>;
  store: SnapshotStore;
  kernel: Pick<Kernel, 'mountOverlay' | 'unmount' | 'listMounts' | 'openInRoot' | 'removeSmallTree'>;
  log?: Logger;
  clock?: Clock;
}

export function createSnapshotter(deps: SnapshotterDeps): Snapshotter {
  return new OverlaySnapshotter(deps);
}

class OverlaySnapshotter implements Snapshotter {
  readonly #deps: SnapshotterDeps;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #locks = new KeyedLock();
  /** Held while a row takes another as its parent, and while one is checked for children and marked. */
  readonly #treeLock = new KeyedLock();
  /** Keys of folders that a read-only mount of this process shows. */
  readonly #viewed = new Map<number, number>();
  /** Rows that an operation of this process is still filling or erasing. */
  readonly #ownPending = new Set<number>();
  /** Committed layers that a power cut would still damage, oldest first: their rows say `preparing`. */
  readonly #unsettled = new Map<ChainId, Snapshot>();
  #initLayer: Promise<string> | undefined;

  constructor(deps: SnapshotterDeps) {
    this.#deps = deps;
    this.#log = deps.log ?? silentLogger;
    this.#clock = deps.clock ?? systemClock;
  }

  async find(chainId: ChainId): Promise<Snapshot | undefined> {
    const unsettled = this.#unsettled.get(chainId);
    if (unsettled !== undefined) return unsettled;
    const found = await this.#deps.store.findByChainId(chainId);
    return found?.state === 'ready' ? found : undefined;
  }

  async prepareLayer(parent: ChainId | undefined): Promise<PendingLayer> {
    const row = await this.#insertAbove(parent, { kind: 'committed' });
    const dir = this.#fs(row.key);
    let ended = false;
    const discard = async () => {
      ended = true;
      await this.#erase(row.key);
      this.#ownPending.delete(row.key);
    };
    try {
      await mkdir(dir, { recursive: true, mode: 0o755 });
      const lowerDirs = await this.#lowerDirs(row.parent);
      return {
        dir,
        lowerDirs,
        commit: async (layer) => {
          if (ended) throw new EngineError('internal', 'The layer has ended', { reason: 'layer_reused' });
          using _lock = await this.#locks.acquire(layer.chainId);
          const same = await this.find(layer.chainId);
          if (same !== undefined) {
            await discard();
            return same;
          }
          ended = true;
          const committed: Snapshot = { ...row, ...layer, state: 'ready' };
          this.#unsettled.set(layer.chainId, committed);
          return committed;
        },
        [Symbol.asyncDispose]: async () => {
          if (!ended) await discard();
        },
      };
    } catch (cause) {
      await discard();
      throw cause;
    }
  }

  async settle(): Promise<void> {
    if (this.#unsettled.size === 0) return;
    const layers = [...this.#unsettled.values()];
    await syncFileSystem(this.#deps.paths.snapshots);
    // Not while one is being removed: what is taken away meanwhile must not come back.
    using _lock = await this.#treeLock.acquire('tree');
    // Together, as one sync of the database is for all that wait for it.
    const updated = await Promise.allSettled(
      layers.map(async ({ key, chainId, diffId, sizeBytes }) => {
        if (chainId === undefined || this.#unsettled.get(chainId)?.key !== key) return;
        await this.#deps.store.update(key, { chainId, diffId, sizeBytes, state: 'ready' });
        this.#unsettled.delete(chainId);
        this.#ownPending.delete(key);
      }),
    );
    const failed = updated.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async createActive(owner: string, parent: ChainId | undefined): Promise<Snapshot> {
    using _lock = await this.#locks.acquire(owner);
    const existing = await this.#deps.store.findByOwner(owner);
    if (existing?.state === 'ready') return existing;
    if (existing !== undefined) await this.#erase(existing.key);
    const row = await this.#insertAbove(parent, { kind: 'active', owner });
    try {
      await failpoint('snapshot.row');
      await mkdir(this.#fs(row.key), { recursive: true, mode: 0o755 });
      await mkdir(this.#work(row.key), { mode: 0o700 });
      await failpoint('snapshot.folders');
      await this.#deps.store.update(row.key, { state: 'ready' });
    } catch (cause) {
      await this.#erase(row.key);
      throw cause;
    } finally {
      this.#ownPending.delete(row.key);
    }
    return { ...row, state: 'ready' };
  }

  async mount(owner: string, target: string): Promise<void> {
    using _lock = await this.#locks.acquire(owner);
    const active = await this.#active(owner);
    const upper = this.#fs(active.key);
    for (const mount of await this.#deps.kernel.listMounts()) {
      const isOurs = mount.options.split(',').includes(`upperdir=${upper}`);
      if (isOurs && mount.target === target) return;
      // Two overlays over one upper folder are accepted by the kernel and corrupt each other.
      if (isOurs) {
        throw new EngineError('in_use', `The layer of ${owner} is mounted at ${mount.target}`, {
          reason: 'snapshot_mounted',
          owner,
        });
      }
    }
    const layers = await this.#lowerDirs(active.parent);
    await mkdir(target, { recursive: true, mode: 0o711 });
    const mountWith = async (covered: { passwd: boolean; group: boolean }) => {
      const init = await ensureInitLayer(this.#deps.paths.snapshots, covered);
      const lower = [init, ...layers];
      await this.#deps.kernel.mountOverlay({ lower, upper, work: this.#work(active.key), target });
    };
    await mountWith({ passwd: false, group: false });
    try {
      const covered = await unusableUserDatabases(this.#deps.kernel, target);
      if (!covered.passwd && !covered.group) return;
      await this.#deps.kernel.unmount(target, { lazy: false });
      await mountWith(covered);
      const left = await unusableUserDatabases(this.#deps.kernel, target);
      if (left.passwd || left.group) {
        const file = left.passwd ? '/etc/passwd' : '/etc/group';
        throw new EngineError('denied', `${file} of the container is not a regular file of at most 1 MiB`, {
          reason: 'user_database_unusable',
          file,
          owner,
        });
      }
    } catch (cause) {
      await this.#deps.kernel.unmount(target);
      throw cause;
    }
  }

  async unmount(target: string): Promise<void> {
    await this.#deps.kernel.unmount(target);
  }

  async mountView(chainId: ChainId, target: string): Promise<AsyncDisposable> {
    const top = await this.#parentOf(chainId);
    const keys = await this.#keysFrom(top?.key);
    const count = (step: number) => {
      for (const key of keys) this.#viewed.set(key, (this.#viewed.get(key) ?? 0) + step);
    };
    count(1);
    try {
      await mkdir(target, { recursive: true, mode: 0o711 });
      await this.#deps.kernel.mountOverlay({ lower: keys.map((key) => this.#fs(key)), target });
    } catch (cause) {
      count(-1);
      throw cause;
    }
    let mounted = true;
    return {
      [Symbol.asyncDispose]: async () => {
        if (!mounted) return;
        mounted = false;
        await this.#deps.kernel.unmount(target);
        count(-1);
      },
    };
  }

  async upperDir(owner: string): Promise<string | undefined> {
    const active = await this.#deps.store.findByOwner(owner);
    return active?.state === 'ready' ? this.#fs(active.key) : undefined;
  }

  async foldersOf(owner: string): Promise<{ upper: string; work: string; lowerDirs: string[] }> {
    const active = await this.#active(owner);
    const lowerDirs = [await this.#plainInitLayer(), ...(await this.#lowerDirs(active.parent))];
    return { upper: this.#fs(active.key), work: this.#work(active.key), lowerDirs };
  }

  async usage(owner: string): Promise<{ sizeBytes: number; inodes: number }> {
    return diskUsage(this.#fs((await this.#active(owner)).key));
  }

  async removeActive(owner: string): Promise<boolean> {
    using _lock = await this.#locks.acquire(owner);
    const active = await this.#deps.store.findByOwner(owner);
    if (active === undefined) return false;
    await this.#erase(active.key);
    return true;
  }

  async removeLayer(chainId: ChainId): Promise<boolean> {
    using _lock = await this.#locks.acquire(chainId);
    const layer = this.#unsettled.get(chainId) ?? (await this.#deps.store.findByChainId(chainId));
    if (layer === undefined) return false;
    await this.#markUnused(layer.key, chainId);
    await this.#erase(layer.key);
    this.#ownPending.delete(layer.key);
    return true;
  }

  list(): Promise<Snapshot[]> {
    return this.#deps.store.list();
  }

  async reconcile(): Promise<string[]> {
    const done = await reconcileSnapshots({ ...this.#deps, isOwn: (key) => this.#ownPending.has(key) });
    if (done.length > 0) this.#log.info({ done }, 'snapshots reconciled');
    return done;
  }

  async repair(): Promise<string[]> {
    const done = await repairSnapshots({ ...this.#deps, isOwn: (key) => this.#ownPending.has(key) });
    if (done.length > 0) this.#log.info({ done }, 'snapshots repaired');
    return done;
  }

  async #parentOf(chainId: ChainId | undefined): Promise<Snapshot | undefined> {
    if (chainId === undefined) return undefined;
    const parent = await this.find(chainId);
    if (parent !== undefined) return parent;
    throw new EngineError('not_found', `No layer ${chainId}`, { reason: 'layer_not_found', chainId });
  }

  async #insertAbove(parent: ChainId | undefined, row: { kind: Snapshot['kind']; owner?: string }): Promise<Snapshot> {
    using _lock = await this.#treeLock.acquire('tree');
    const below = await this.#parentOf(parent);
    const inserted = await this.#deps.store.insert(this.#newRow({ ...row, parent: below?.key }));
    this.#ownPending.add(inserted.key);
    return inserted;
  }

  async #markUnused(key: number, chainId: ChainId): Promise<void> {
    using _lock = await this.#treeLock.acquire('tree');
    const child = (await this.#deps.store.list()).find((other) => other.parent === key);
    if (child !== undefined || (this.#viewed.get(key) ?? 0) > 0) {
      throw new EngineError('in_use', `Layer ${chainId} is used by another layer, container or mount`, {
        reason: 'layer_in_use',
        chainId,
      });
    }
    await this.#deps.store.update(key, { state: 'removing' });
    this.#unsettled.delete(chainId);
  }

  async #active(owner: string): Promise<Snapshot> {
    const active = await this.#deps.store.findByOwner(owner);
    if (active?.state === 'ready') return active;
    throw new EngineError('not_found', `No writable layer of ${owner}`, { reason: 'snapshot_not_found', owner });
  }

  /** For whoever only looks: each mount makes sure of it anew. */
  #plainInitLayer(): Promise<string> {
    this.#initLayer ??= ensureInitLayer(this.#deps.paths.snapshots, { passwd: false, group: false }).catch((error) => {
      this.#initLayer = undefined;
      throw error;
    });
    return this.#initLayer;
  }

  async #keysFrom(top: number | undefined): Promise<number[]> {
    const keys: number[] = [];
    for (let key = top; key !== undefined; ) {
      const row = await this.#deps.store.get(key);
      if (row === undefined || keys.length >= MAX_LOWER - 2) {
        throw new EngineError('data_corrupt', `The layers below snapshot ${top} are incomplete or too many`, {
          reason: 'layers_broken',
        });
      }
      keys.push(key);
      key = row.parent;
    }
    return keys;
  }

  async #lowerDirs(top: number | undefined): Promise<string[]> {
    return (await this.#keysFrom(top)).map((key) => this.#fs(key));
  }

  async #erase(key: number): Promise<void> {
    this.#ownPending.add(key);
    try {
      await this.#eraseOwn(key);
    } finally {
      this.#ownPending.delete(key);
    }
  }

  async #eraseOwn(key: number): Promise<void> {
    try {
      await this.#deps.store.update(key, { state: 'removing' });
    } catch (error) {
      // Somebody finished the same removal; the folder is looked at all the same.
      if (!isEngineError(error, 'not_found')) throw error;
    }
    await failpoint('snapshot.removing');
    await removeTree(this.#deps.paths.snapshot(key), this.#deps.kernel);
    await failpoint('snapshot.erased');
    await this.#deps.store.delete(key);
  }

  #newRow(row: Pick<Snapshot, 'kind' | 'parent'> & { owner?: string }): Omit<Snapshot, 'key'> {
    return {
      kind: row.kind,
      state: 'preparing',
      parent: row.parent,
      chainId: undefined,
      diffId: undefined,
      owner: row.owner,
      sizeBytes: 0,
      createdAt: this.#clock(),
    };
  }

  #fs(key: number): string {
    return join(this.#deps.paths.snapshot(key), 'fs');
  }

  #work(key: number): string {
    return join(this.#deps.paths.snapshot(key), 'work');
  }
}
