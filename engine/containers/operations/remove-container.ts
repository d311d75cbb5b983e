import { EngineError } from '../../errors/index.ts';
import { SIGKILL } from '../../kernel/index.ts';
import type { CallOptions } from '../container-service.ts';
import type { Context } from '../context.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { assertAllowed } from '../transitions.ts';
import { endProcess } from './end-process.ts';
import { removeLocked } from './remove-locked.ts';
import { cancelRestart } from './stop-container.ts';

const MAX_TRIES = 5;

/** With `force` a running one is killed first; one that others keep starting is given up after a few tries. */
export async function removeContainer(
  ctx: Context,
  ref: string,
  opts: CallOptions & { force?: boolean; volumes?: boolean } = {},
): Promise<void> {
  const { id, state } = await resolveRef(ctx.store, ref);
  if (state.status === 'removing' && ctx.locks.isHeld(id)) {
    assertAllowed('remove', await getRecord(ctx.store, id));
  }
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (await tryRemove(ctx, id, opts)) return;
    const killed = await endProcess(ctx, id, { ...opts, endSignal: SIGKILL, graceMs: 10_000, keep: false });
    if (!killed) await cancelRestart(ctx, id, opts);
    // Ended with automatic removal: it is gone already.
    if (killed && (await ctx.store.get(id)) === undefined) return;
  }
  throw new EngineError('conflict', `cannot remove container "${ref}": it is started again and again`, {
    reason: 'wrong_state',
    operation: 'remove',
    id,
  });
}

async function tryRemove(
  ctx: Context,
  id: Parameters<typeof removeLocked>[1]['id'],
  opts: CallOptions & { force?: boolean; volumes?: boolean },
): Promise<boolean> {
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  const { status } = record.state;
  if (status === 'running' || status === 'paused' || status === 'restarting') {
    if (opts.force === true) return false;
    assertAllowed('remove', record);
  }
  // A row left in `removing` by a crash or a failure is finished here.
  await removeLocked(ctx, record, opts);
  return true;
}
