import { randomBytes } from 'node:crypto';
import { isEngineError } from '../errors/index.ts';
import type { ContainerRecord, MountSpec } from './container-service.ts';
import type { Context } from './context.ts';

/** Names are given before anything is made, so that the row tells what to take back after a crash. */
export function nameAnonymousVolumes(mounts: readonly MountSpec[]): MountSpec[] {
  return mounts.map((mount) =>
    mount.type === 'volume' && mount.name === undefined ? { ...mount, name: randomBytes(32).toString('hex') } : mount,
  );
}

/** Whether this mount got its name from us. */
export function isAnonymous({ config }: Pick<ContainerRecord, 'config'>, target: string): boolean {
  return config.mounts.some((mount) => mount.type === 'volume' && mount.name === undefined && mount.target === target);
}

/**
 * Removes those nobody else uses. The row says `removing` with its volumes by now, so that it does not count as a user
 * itself, and goes after them.
 */
export async function removeAnonymousVolumes(ctx: Pick<Context, 'volumes'>, record: ContainerRecord): Promise<void> {
  for (const mount of record.mounts) {
    if (mount.type !== 'volume' || mount.name === undefined) continue;
    try {
      if ((await ctx.volumes.get(mount.name)).anonymous) await ctx.volumes.remove(mount.name);
    } catch (error) {
      // Another container uses it, or it has gone already: both leave nothing to do.
      if (!isEngineError(error, 'in_use') && !isEngineError(error, 'not_found')) throw error;
    }
  }
}
