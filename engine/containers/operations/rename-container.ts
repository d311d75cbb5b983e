import { EngineError } from '../../errors/index.ts';
import { failpoint } from '../../lib/index.ts';
import type { CallOptions } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { checkName, nameTaken } from '../names.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { assertAllowed } from '../transitions.ts';

export async function renameContainer(ctx: Context, ref: string, to: string, opts: CallOptions = {}): Promise<void> {
  const name = to.replace(/^\//, '');
  if (ref === '' || name === '') {
    throw new EngineError('invalid_argument', 'Neither old nor new names may be empty', {
      reason: 'name_empty',
      field: 'name',
    });
  }
  const { id } = await resolveRef(ctx.store, ref);
  checkName(name);
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  assertAllowed('rename', record);
  if (record.name === name) {
    throw new EngineError('invalid_argument', 'Renaming a container with the same name as its current name', {
      reason: 'name_unchanged',
      field: 'name',
    });
  }
  const holder = await ctx.store.findByName(name);
  if (holder !== undefined) throw nameTaken(name, holder.id);
  await ctx.store.update(id, { name });
  try {
    await failpoint('rename.saved');
    await ctx.networks.rename(id, name);
  } catch (error) {
    await ctx.store.update(id, { name: record.name });
    throw error;
  }
  publish(ctx, { ...record, name }, 'rename', { attributes: { oldName: `/${record.name}` }, opts });
}
