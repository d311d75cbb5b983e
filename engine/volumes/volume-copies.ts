import { failpoint, KeyedLock, type OpOptions } from '../lib/index.ts';
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
   * them before the first one is paused: after a crash reconcile lets them go on.
   */
  async whilePaused<T>(name: string, work: () => Promise<T>, opts: OpOptions): Promise<T> {
    const users = await this.#users.containersOfVolume(name);
    const ids = users.filter(({ running, paused }) => running && !paused).map(({ id }) => id);
    await using stack = new AsyncDisposableStack();
    // In one order everywhere: two copies that share containers follow each other.
    for (const key of [`volume ${name}`, ...ids.toSorted()]) stack.use(await this.#pausing.acquire(key, opts.signal));
    await this.#store.update(name, { pausedContainers: ids });
    stack.defer(() => this.#store.update(name, { pausedContainers: [] }));
    for (const id of ids) {
      stack.defer(() => this.#users.unpause(id));
      await this.#users.pause(id);
      await failpoint('volume.paused');
    }
    return await work();
  }
}
