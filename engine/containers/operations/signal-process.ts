import { EngineError } from '../../errors/index.ts';
import { parseSignal } from '../../kernel/index.ts';
import type { CallOptions, ProcessTarget } from '../container-service.ts';
import type { Context } from '../context.ts';
import { resolveRef } from '../resolve-ref.ts';
import { assertAllowed } from '../transitions.ts';
import { killContainer } from './stop-container.ts';

/**
 * Signals one process of a running container; its first one as a kill of the container, so that its end has a reason.
 * @throws EngineError `not_found` when that process has ended, `conflict` when the container does not run
 */
export async function signalProcess(
  ctx: Context,
  ref: string,
  target: ProcessTarget,
  opts: CallOptions & { unixSignal: string },
): Promise<void> {
  const signal = parseSignal(opts.unixSignal);
  const record = await resolveRef(ctx.store, ref);
  assertAllowed('kill', record);
  if (ctx.tasks.get(record.id)?.task.pid === target.pid) return killContainer(ctx, record.id, opts);
  if (await ctx.runtime.signalProcess(record.id, target, signal)) return;
  throw new EngineError('not_found', `Process ${target.pid} of container ${record.name} has ended`, {
    reason: 'process_ended',
    pid: target.pid,
  });
}
