import { EngineError } from '../errors/index.ts';
import type { ContainerId, OpOptions } from '../lib/index.ts';

interface Session {
  controller: AbortController;
  ended: Promise<void>;
}

/**
 * Who works in the root of a container without holding its lock: such work may take long, and its mount has to stay. Two overlays
 * over one writable layer would damage it, so the root is unmounted only when the last one is done.
 */
export class ContainerRoots {
  readonly #sessions = new Map<ContainerId, Set<Session>>();

  /** Begun under the container's lock; dispose it when the work has ended, whatever became of it. */
  begin(id: ContainerId, opts: OpOptions): RootSession {
    const controller = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const session = { controller, ended };
    const all = this.#sessions.get(id) ?? new Set();
    this.#sessions.set(id, all.add(session));
    return {
      signal: opts.signal === undefined ? controller.signal : AbortSignal.any([opts.signal, controller.signal]),
      [Symbol.dispose]: () => {
        all.delete(session);
        if (all.size === 0 && this.#sessions.get(id) === all) this.#sessions.delete(id);
        resolve();
      },
    };
  }

  isInUse(id: ContainerId): boolean {
    return this.#sessions.has(id);
  }

  /** Ends the work in a root that is about to go, and waits for it. */
  async end(id: ContainerId): Promise<void> {
    const reason = new EngineError('conflict', `Container ${id} is being removed`, { reason: 'container_removed', id });
    const sessions = [...(this.#sessions.get(id) ?? [])];
    for (const { controller } of sessions) controller.abort(reason);
    await Promise.all(sessions.map(({ ended }) => ended));
  }
}

interface RootSession extends Disposable {
  /** Aborted by the caller and when the container is removed. */
  readonly signal: AbortSignal;
}
