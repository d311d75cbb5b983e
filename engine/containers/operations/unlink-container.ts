import { EngineError } from '../../errors/index.ts';
import type { CallOptions } from '../container-service.ts';
import type { Context } from '../context.ts';
import { isDefault, parseLink } from '../links.ts';
import { rewriteLinks } from '../network-files.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';

/**
 * Takes the name away under which a container of the default network knows another one; its variables stay until it is
 * started again.
 *
 * @throws EngineError `not_found` when it has no link of this name
 */
export async function unlinkContainer(ctx: Context, ref: string, alias: string, opts: CallOptions = {}): Promise<void> {
  const { id, name } = await resolveRef(ctx.store, ref);
  {
    using _lock = await ctx.locks.acquire(id, opts.signal);
    const { config } = await getRecord(ctx.store, id);
    const links = isDefault(config.network) ? (config.links ?? []) : [];
    const kept = links.filter((link) => parseLink(link).alias !== alias);
    if (kept.length === links.length) {
      throw new EngineError('not_found', `No such container: ${name}/${alias}`, { reason: 'link_not_found', alias });
    }
    await ctx.store.update(id, { config: { ...config, links: kept } });
    const joined = ctx.tasks.get(id);
    if (joined !== undefined) delete joined.linked;
  }
  await rewriteLinks(ctx, id);
}
