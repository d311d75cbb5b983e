import type { EngineStores } from '../system/engine.ts';

const WRITES = /^(insert|update|delete|save|setTag)/;

/**
 * Stores in a process that kills itself at its n-th write once `arm` was called. All that an operation does to the host
 * lies between two writes: dying right before one and right after it are the moments a crash can tell apart.
 */
export class DyingStores {
  #writes = 0;
  #armed: { at: number; when: 'before' | 'after' } | undefined;

  arm(at: number, when: 'before' | 'after'): void {
    this.#writes = 0;
    this.#armed = { at, when };
  }

  wrap(stores: EngineStores): EngineStores {
    return {
      containers: this.#watch(stores.containers),
      images: this.#watch(stores.images),
      snapshots: this.#watch(stores.snapshots),
      networks: this.#watch(stores.networks),
      volumes: this.#watch(stores.volumes),
      // Written at moments of their own; no operation goes by them.
      events: stores.events,
    };
  }

  #watch<T extends object>(store: T): T {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || typeof name !== 'string' || !WRITES.test(name)) return member;
        return async (...args: unknown[]) => {
          const due = this.#armed !== undefined && ++this.#writes === this.#armed.at;
          if (due && this.#armed?.when === 'before') process.kill(process.pid, 'SIGKILL');
          const result: unknown = await Reflect.apply(member, target, args);
          if (due) process.kill(process.pid, 'SIGKILL');
          return result;
        };
      },
    });
  }
}
