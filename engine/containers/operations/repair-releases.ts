import type { Context } from '../context.ts';
import { releaseLocked } from './handle-exit.ts';

/** Releases once more what an exit could not release; says what is done by now. */
export async function repairReleases(ctx: Context): Promise<string[]> {
  const done: string[] = [];
  for (const id of [...ctx.unreleased]) {
    using _lock = await ctx.locks.acquire(id, ctx.closing);
    // Started or removed meanwhile: both released it themselves first.
    if (ctx.tasks.has(id) || (await ctx.store.get(id)) === undefined) ctx.unreleased.delete(id);
    else if (await releaseLocked(ctx, id)) done.push(`released what container ${id} had used`);
  }
  return done;
}
