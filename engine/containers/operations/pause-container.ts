import type { CallOptions } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { watchHealth } from '../health/watch-health.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { assertAllowed } from '../transitions.ts';

export async function pauseContainer(ctx: Context, ref: string, opts: CallOptions = {}): Promise<void> {
  await freeze(ctx, ref, 'pause', opts);
}

export async function unpauseContainer(ctx: Context, ref: string, opts: CallOptions = {}): Promise<void> {
  await freeze(ctx, ref, 'unpause', opts);
}

async function freeze(ctx: Context, ref: string, operation: 'pause' | 'unpause', opts: CallOptions): Promise<void> {
  const { id } = await resolveRef(ctx.store, ref);
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  assertAllowed(operation, record);
  if (record.state.status !== 'running' && record.state.status !== 'paused') return;
  await ctx.runtime[operation](id);
  const status = operation === 'pause' ? 'paused' : 'running';
  const { pausedFor: _, ...kept } = record.state;
  const state = { ...kept, status } as const;
  await ctx.store.update(id, { state });
  // A frozen container answers nothing, which says nothing about its health.
  ctx.health.forget(id);
  watchHealth(ctx, record, state);
  publish(ctx, record, operation, { opts });
}
