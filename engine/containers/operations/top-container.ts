import { totalmem } from 'node:os';
import type { CallOptions } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { psTable } from '../ps-columns.ts';
import { resolveRef } from '../resolve-ref.ts';
import { assertAllowed, canDo } from '../transitions.ts';

/** The processes of a running or frozen container as ps(1) would show them with these arguments. */
export async function topContainer(
  ctx: Context,
  ref: string,
  psArgs = '-ef',
  opts: CallOptions = {},
): Promise<{ titles: string[]; processes: string[][] }> {
  const record = await resolveRef(ctx.store, ref);
  if (!canDo('unpause', record.state.status)) assertAllowed('exec', record);
  const table = psTable(await ctx.runtime.processes(record.id), psArgs, { now: ctx.clock(), memoryBytes: totalmem() });
  // A page that shows it asks again and again, and at every other event.
  publish(ctx, record, 'top', { opts, routine: true });
  return table;
}
