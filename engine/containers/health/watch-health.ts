import type { ContainerId } from '../../lib/index.ts';
import type { ContainerRecord, ContainerState, HealthState } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { intervalNow, NOT_PROBED, toProbe, withResult } from './health-state.ts';
import { endLeftProbes, runProbe } from './run-probe.ts';

/** At most this much later than due: containers started together are not all asked together. */
const MAX_JITTER_MS = 3_000;

type Running = Extract<ContainerState, { status: 'running' | 'paused' }>;

/** The health of a process that has just begun; nothing without a check. */
export function newHealth({ config }: Pick<ContainerRecord, 'config'>): { health?: HealthState } {
  return toProbe(config.healthcheck) === undefined ? {} : { health: NOT_PROBED };
}

/** What a container that has ended remembers of it; Docker calls that unhealthy. */
export function endedHealth({ state }: Pick<ContainerRecord, 'state'>): { health?: HealthState } {
  if (state.status !== 'running' && state.status !== 'paused') return {};
  return state.health === undefined ? {} : { health: { ...state.health, status: 'unhealthy' } };
}

/** From a start, a thaw, or the moment a new server joins it; the wait goes on from the last probe. */
export function watchHealth(
  ctx: Context,
  { id, config }: Pick<ContainerRecord, 'id' | 'config'>,
  state: Running,
): void {
  const probe = toProbe(config.healthcheck);
  if (probe === undefined || state.health === undefined || state.status !== 'running') return;
  const now = ctx.clock();
  const intervalMs = intervalNow(state.health, probe, state.startedAt, now);
  const last = state.health.log.at(-1)?.endedAt ?? state.startedAt;
  const dueMs = Math.max(0, last.getTime() + intervalMs - now.getTime());
  ctx.health.watch(id, dueMs + Math.random() * Math.min(MAX_JITTER_MS, intervalMs / 10));
}

/** The health of a container that ran on without a server. */
export async function joinHealth(
  ctx: Context,
  record: Pick<ContainerRecord, 'id' | 'config'>,
  state: Running,
): Promise<void> {
  const probe = toProbe(record.config.healthcheck);
  if (probe !== undefined) await endLeftProbes(ctx, record.id, probe);
  watchHealth(ctx, record, state);
}

/** One probe, its result in the record and told; when the next is due. */
export async function probeDue(ctx: Context, id: ContainerId, signal: AbortSignal): Promise<number | undefined> {
  const asked = await ctx.store.get(id);
  const probe = toProbe(asked?.config.healthcheck);
  if (asked === undefined || probe === undefined || asked.state.status !== 'running') return undefined;
  const result = await runProbe(ctx, asked, probe, signal);
  if (result === undefined) return undefined;

  using _lock = await ctx.locks.acquire(id, signal);
  const record = await ctx.store.get(id);
  // Meanwhile it may have ended, or be another process already.
  if (record?.state.status !== 'running' || record.state.pid !== asked.state.pid) return undefined;
  const { state } = record;
  const before = state.health ?? NOT_PROBED;
  const health = withResult(before, result, probe, state.startedAt);
  await ctx.store.update(id, { state: { ...state, health } });
  if (health.status !== before.status) publish(ctx, record, `health_status: ${health.status}`);
  return intervalNow(health, probe, state.startedAt, ctx.clock());
}
