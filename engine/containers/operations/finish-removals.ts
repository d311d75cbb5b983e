import type { Context } from '../context.ts';
import { removeLocked } from './remove-locked.ts';

/** Removes what a disk that could not be written to had kept; says what is done by now. */
export async function finishRemovals(ctx: Context): Promise<string[]> {
  const done: string[] = [];
  for (const id of [...ctx.unremoved]) {
    using _lock = await ctx.locks.acquire(id, ctx.closing);
    const record = await ctx.store.get(id);
    if (record?.state.status === 'removing') await removeLocked(ctx, record, {});
    else ctx.unremoved.delete(id);
    if (!ctx.unremoved.has(id)) done.push(`removed container ${id}`);
  }
  return done;
}
