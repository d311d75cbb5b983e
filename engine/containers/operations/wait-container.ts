import { EngineError } from '../../errors/index.ts';
import type { CallOptions } from '../container-service.ts';
import type { Context } from '../context.ts';
import type { WaitResult } from '../exit-waiters.ts';
import { noSuchContainer, resolveRef } from '../resolve-ref.ts';

export async function waitContainer(
  ctx: Context,
  ref: string,
  opts: CallOptions & { condition?: 'not-running' | 'next-exit' | 'removed'; onWaiting?: () => void } = {},
): Promise<WaitResult> {
  const { id } = await resolveRef(ctx.store, ref);
  const condition = opts.condition ?? 'not-running';
  using waiter = ctx.waiters.add(id, condition === 'removed' ? 'removed' : 'exit');
  if (condition === 'not-running') {
    const record = await ctx.store.get(id);
    if (record === undefined) throw noSuchContainer(ref);
    const { state } = record;
    if (state.status === 'created' || state.status === 'exited' || state.status === 'dead') {
      return { exitCode: state.exitCode ?? 0, ...(state.error === undefined ? {} : { error: state.error }) };
    }
  } else if ((await ctx.store.get(id)) === undefined) {
    throw noSuchContainer(ref);
  }
  opts.onWaiting?.();
  // Awaited here: the place is given up when this function is left.
  return await untilAborted(
    waiter.result,
    AbortSignal.any([ctx.closing, ...(opts.signal === undefined ? [] : [opts.signal])]),
  );
}

async function untilAborted(result: Promise<WaitResult>, signal: AbortSignal): Promise<WaitResult> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () =>
    reject(new EngineError('cancelled', 'Cancelled while waiting for a container', {}, { cause: signal.reason }));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([result, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
