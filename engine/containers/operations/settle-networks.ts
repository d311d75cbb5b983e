import type { ContainerId } from '../../lib/index.ts';
import type { Context } from '../context.ts';
import { rewriteNetworkFiles } from '../network-files.ts';
import { completeNetworks, hasOwnNetworks, networkIdentity } from '../network-mode.ts';

/**
 * A connect or disconnect that was cut off is finished or taken back, as the record says, and a lost link made anew.
 *
 * @param only of these containers; default of all that run
 */
export async function settleNetworks(ctx: Context, only?: readonly ContainerId[]): Promise<string[]> {
  const actions: string[] = [];
  for (const id of only ?? [...ctx.tasks.values()].map(({ task }) => task.id)) {
    using _lock = await ctx.locks.acquire(id);
    const record = await ctx.store.get(id);
    if (record === undefined || !ctx.tasks.has(id) || !hasOwnNetworks(record.config)) continue;
    const wanted = record.config.networks ?? completeNetworks(record.config) ?? [];
    try {
      const { done, sandbox } = await ctx.networks.settle(networkIdentity(record), wanted);
      if (done.length > 0) await rewriteNetworkFiles(ctx, record, sandbox);
      actions.push(...done);
    } catch (error) {
      // One container that cannot be settled does not keep the others waiting.
      ctx.log.error({ err: error, containerId: id }, 'networks of a container could not be settled');
      actions.push(`container ${record.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return actions;
}
