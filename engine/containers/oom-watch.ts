import { SIGKILL } from '../kernel/index.ts';
import type { ContainerId } from '../lib/index.ts';
import { type ExitRecord, isAlive } from '../runtime/index.ts';
import { type Context, publish } from './context.ts';

const LOOK_MS = 2_000;

/**
 * Tells when the kernel has killed a process of a container for memory while the container goes on. Its own end by lack of
 * memory is told by the exit.
 */
export class OomWatch implements Disposable {
  readonly #counts = new Map<ContainerId, number>();
  readonly #told = new Set<ContainerId>();
  readonly #timer: NodeJS.Timeout;

  constructor(ctx: Pick<Context, 'tasks' | 'runtime' | 'store' | 'events' | 'clock' | 'log'>) {
    this.#timer = setInterval(() => {
      for (const [id, { task }] of ctx.tasks) {
        if (!this.#increased(id, ctx.runtime.oomKills(id)) || !isAlive(task.pid, task.pidStartTicks)) continue;
        this.#told.add(id);
        tell(ctx, id).catch((error: unknown) => ctx.log.warn({ err: error, containerId: id }, 'oom not told'));
      }
    }, LOOK_MS);
    this.#timer.unref();
  }

  /** A process begun by this server: every kill is news. Of one that is joined, what happened before is not. */
  began(id: ContainerId): void {
    this.#counts.set(id, 0);
    this.#told.delete(id);
  }

  /** Whether an end with this record is to be told as one by lack of memory: its mark may stem from what was told already. */
  isNewsAtEnd(id: ContainerId, exit: ExitRecord, wanted: boolean): boolean {
    this.#counts.delete(id);
    const told = this.#told.delete(id);
    return exit.oomKilled && (!told || (exit.signal === SIGKILL && !wanted));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #increased(id: ContainerId, kills: number): boolean {
    const before = this.#counts.get(id);
    this.#counts.set(id, kills);
    return before !== undefined && kills > before;
  }
}

async function tell(ctx: Pick<Context, 'store' | 'events' | 'clock'>, id: ContainerId): Promise<void> {
  const record = await ctx.store.get(id);
  if (record !== undefined) publish(ctx, record, 'oom');
}
