import { EngineError } from '#engine/errors/index.ts';
import type { Clock } from '#engine/lib/index.ts';
import type { Db } from '../db/index.ts';

const KEY = 'hostTerminal';

/** Whether owners have shells on the host. */
export interface HostTerminalSwitch {
  readonly enabled: boolean;
  /** The server was started with a word about it, which the dashboard does not overrule. */
  readonly fixed: boolean;
  /** @throws EngineError `conflict` when it is fixed */
  set(enabled: boolean, actorId: string): Promise<void>;
  onChanged(listener: (enabled: boolean) => void): Disposable;
}

/**
 * Kept in the records, off at first, unless `fixed` says otherwise.
 *
 * @param opts.fixed from the flag or the environment; undefined where neither says anything
 */
export async function openHostTerminalSwitch(
  db: Pick<Db, 'setting'>,
  opts: { fixed: boolean | undefined; clock: Clock },
): Promise<HostTerminalSwitch> {
  const { fixed, clock } = opts;
  const row = await db.setting.findUnique({ where: { key: KEY } });
  const listeners = new Set<(enabled: boolean) => void>();
  let enabled = fixed ?? row?.valueJson === 'true';
  return {
    get enabled() {
      return enabled;
    },
    fixed: fixed !== undefined,
    async set(next, actorId) {
      if (fixed !== undefined) {
        throw new EngineError('conflict', 'The option --host-terminal decides; start Davit without it to switch here', {
          reason: 'host_terminal_fixed',
        });
      }
      const value = { valueJson: JSON.stringify(next), updatedAt: clock(), updatedBy: actorId };
      await db.setting.upsert({ where: { key: KEY }, create: { key: KEY, ...value }, update: value });
      if (enabled === next) return;
      enabled = next;
      for (const listener of listeners) listener(next);
    },
    onChanged(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
