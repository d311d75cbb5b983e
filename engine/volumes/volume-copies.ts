import { type ContainerId, failpoint, KeyedLock, type OpOptions } from '../lib/index.ts';
import type { VolumeStore, VolumeUsers } from './volume-service.ts';

/**
 * Volumes whose content is being read for a copy, and those that are just being filled by one. Nobody holds a lock while
 * bytes flow, so that this is what keeps a volume from going away meanwhile.
 */
export class VolumeCopies {
  readonly #store: VolumeStore;
  readonly #users: VolumeUsers;
  readonly #readers = new Map<string, number>();
  readonly #filling = new Set<string>();
  readonly #pausing = new KeyedLock();

  constructor(deps: { store: VolumeStore; users: VolumeUsers }) {
    this.#store = deps.store;
    this.#users = deps.users;
  }

  isRead(name: string): boolean {
    return this.#readers.has(name);
  }

  isFilled(name: string): boolean {
    return this.#filling.has(name);
  }

  fill(name: string): Disposable {
    this.#filling.add(name);
    return { [Symbol.dispose]: () => void this.#filling.delete(name) };
  }

  read(name: string): Disposable {
    this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#readers.get(name) ?? 1) - 1;
        if (left === 0) this.#readers.delete(name);
        else this.#readers.set(name, left);
      },
    };
  }

  /**
   * Does something while the containers that run with the volume are paused; those paused by somebody stay so. The row names
   * them before the first one is paused, until the last one goes on: after a crash or a failure reconcile lets them.
   */
  async whilePaused<T>(name: string, work: () => Promise<T>, opts: OpOptions): Promise<T> {
    await using turns = new AsyncDisposableStack();
    turns.use(await this.#pausing.acquire(`volume ${name}`, opts.signal));
    const running = (await this.#users.containersOfVolume(name)).filter((user) => user.running);
    // In one order everywhere: two copies that share containers follow each other.
    const shared = running.map(({ id }) => id).toSorted();
    for (const id of shared) turns.use(await this.#pausing.acquire(id, opts.signal));
    // Asked again: the copy before this one may have paused them when they were asked first.
    const users = await this.#users.containersOfVolume(name);
    const ids = users.filter((user) => shared.includes(user.id) && user.running && !user.paused).map(({ id }) => id);
    await this.#store.update(name, { pausedContainers: ids });
    await using undo = new AsyncDisposableStack();
    const stuck = new Set<ContainerId>();
    undo.defer(() => this.#store.update(name, { pausedContainers: [...stuck] }));
    for (const id of ids) {
      // One that fails to pause may be paused all the same; one that somebody else has paused is theirs.
      let ours = true;
      undo.defer(async () => {
        if (!ours) return;
        stuck.add(id);
        await this.#users.unpause(id);
        stuck.delete(id);
      });
      ours = await this.#users.pause(id);
      await failpoint('volume.paused');
    }
    return await work();
  }
}
