import { rm } from 'node:fs/promises';
import { type ContainerId, namesIn, Slots, shortId, tryParseContainerId } from '../../lib/index.ts';
import type { Task } from '../../runtime/index.ts';
import type { ContainerRecord } from '../container-service.ts';
import type { Context } from '../context.ts';
import { joinHealth } from '../health/watch-health.ts';
import { settleLimitsLocked } from '../limits-change.ts';
import { dropSharedMemory } from '../shared-memory.ts';
import { dropPins } from '../volume-subpath.ts';
import { thawAfterCrashLocked } from './commit-container.ts';
import { joinTask, releaseLocked, settleExitLocked } from './handle-exit.ts';
import { removeLocked } from './remove-locked.ts';

/** Of hundreds that run each shim is asked, and most of the time is waiting for its answer. */
const AT_ONCE = 16;

/** Brings rows and host together; what it did, in words. One container that fails does not keep the others waiting. */
export async function reconcileContainers(ctx: Context, opts: { rebooted: boolean }): Promise<string[]> {
  const slots = new Slots({ count: AT_ONCE, maxWaiting: Number.POSITIVE_INFINITY });
  const records = await ctx.store.list();
  const said = await Promise.all(
    records.map(async (record) => {
      using _slot = await slots.acquire();
      return await reconcileAlone(ctx, record, opts.rebooted);
    }),
  );
  return [...said.filter((words) => words !== undefined), ...(await dropStrangers(ctx))];
}

async function reconcileAlone(ctx: Context, record: ContainerRecord, rebooted: boolean): Promise<string | undefined> {
  using _lock = await ctx.locks.acquire(record.id);
  try {
    const action = (await reconcileOne(ctx, record, rebooted)) ?? (await settleLimits(ctx, record.id));
    return action === undefined ? undefined : `container ${record.name}: ${action}`;
  } catch (error) {
    ctx.log.error({ err: error, containerId: record.id }, 'container could not be reconciled');
    return `container ${record.name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function settleLimits(ctx: Context, id: ContainerId): Promise<string | undefined> {
  const record = await ctx.store.get(id);
  return record && (await settleLimitsLocked(ctx, record));
}

async function reconcileOne(ctx: Context, record: ContainerRecord, rebooted: boolean): Promise<string | undefined> {
  const { id, state } = record;
  if (record.phase === 'creating') {
    await removeLocked(ctx, record, { volumes: true });
    return 'rolled back a creation that was cut off';
  }
  switch (state.status) {
    case 'running':
    case 'paused':
      return rejoin(ctx, record, state, rebooted);
    case 'removing':
      await removeLocked(ctx, record, {});
      return 'finished a removal that was cut off';
    case 'restarting': {
      const waitMs = Math.max(0, state.nextAt.getTime() - ctx.clock().getTime());
      ctx.restarts.schedule(id, state.attempt, Math.min(waitMs, 60_000));
      return undefined;
    }
    case 'exited':
      return startsAtBoot(record) ? scheduleStart(ctx, record, state) : undefined;
    case 'created':
    case 'dead':
      return undefined;
  }
}

type Live = Extract<ContainerRecord['state'], { status: 'running' | 'paused' }>;

async function rejoin(
  ctx: Context,
  record: ContainerRecord,
  state: Live,
  rebooted: boolean,
): Promise<string | undefined> {
  const { startedAt } = state;
  const found = rebooted ? undefined : await ctx.runtime.recover(record.id, state);
  if (found !== undefined && 'running' in found) {
    joinTask(ctx, found.running);
    if (state.pausedFor !== undefined) await thawAfterCrashLocked(ctx, record);
    // The kernel's word counts: a frozen container is not asked, whatever its row says.
    await joinHealth(ctx, record, { ...state, status: ctx.runtime.isPaused(record.id) ? 'paused' : 'running' });
    if (state.pausedFor === undefined) return await followHost(ctx, record, state, found.running);
    return `let it go on after a ${state.pausedFor} that was cut off`;
  }
  if (found !== undefined) {
    const intent = record.manuallyStopped ? { by: undefined, signal: 0, keep: false } : undefined;
    await settleExitLocked(ctx, record, found.exited, { intent, startedAt });
    return `recorded its exit with code ${found.exited.exitCode}`;
  }
  const finishedAt = ctx.clock();
  const exit = { exitCode: 255, signal: undefined, oomKilled: false, finishedAt, lost: true } as const;
  await settleExitLocked(ctx, record, exit, { intent: undefined, startedAt });
  return rebooted ? 'ended with the host' : 'its process is gone without a record';
}

/** A pause or its end that was cut off between the kernel and the row: what the kernel says holds, and the shim of the pid. */
async function followHost(
  ctx: Context,
  { id }: ContainerRecord,
  state: Live,
  { pid, pidStartTicks }: Task,
): Promise<string | undefined> {
  const status = ctx.runtime.isPaused(id) ? 'paused' : 'running';
  if (status === state.status && pid === state.pid) return undefined;
  await ctx.store.update(id, { state: { ...state, status, pid, pidStartTicks } });
  if (status === state.status) return 'runs under another pid than its row said';
  return status === 'paused' ? 'is paused, whatever its row said' : 'runs, whatever its row said';
}

/** As Docker's daemon when it starts: `always` means also what somebody stopped, `unless-stopped` does not. */
function startsAtBoot({ config, manuallyStopped }: ContainerRecord): boolean {
  const { name } = config.restart;
  return name === 'always' || (name === 'unless-stopped' && !manuallyStopped);
}

async function scheduleStart(
  ctx: Context,
  record: ContainerRecord,
  state: Extract<ContainerRecord['state'], { status: 'exited' | 'dead' }>,
): Promise<string> {
  const { exitCode, oomKilled, startedAt, finishedAt } = state;
  const nextAt = ctx.clock();
  const waiting = { status: 'restarting', exitCode, oomKilled, startedAt, finishedAt, nextAt, attempt: 1 } as const;
  await ctx.store.update(record.id, { state: waiting });
  ctx.restarts.schedule(record.id, 1, 0);
  return 'starts again as its policy says';
}

/** Processes, mounts and folders whose row is gone or says that nothing runs. */
async function dropStrangers(ctx: Context): Promise<string[]> {
  const rows = new Set<string>((await ctx.store.list()).map(({ id }) => id));
  const actions: string[] = [];
  for (const id of await ctx.runtime.listKnown()) {
    if (ctx.tasks.has(id)) continue;
    await releaseLocked(ctx, id);
    actions.push(`container ${shortId(id)}: ended a process that no row knows as running`);
  }
  for (const mount of await ctx.kernel.listMounts()) {
    const id = mountOwner(ctx, mount.target);
    if (id === undefined || ctx.tasks.has(id)) continue;
    if (mount.target === ctx.paths.sharedMemory(id)) await dropSharedMemory(ctx, id);
    else await ctx.snapshots.unmount(mount.target);
    actions.push(`container ${shortId(id)}: unmounted what it left`);
  }
  for (const id of await namesIn(ctx.paths.subpathRoot)) {
    if (await dropPins(ctx, id))
      actions.push(`container ${shortId(id)}: unmounted parts of volumes that its start left`);
  }
  for (const { kind, owner } of await ctx.snapshots.list()) {
    const id = tryParseContainerId(owner ?? '');
    if (kind !== 'active' || id === undefined || rows.has(id)) continue;
    await ctx.snapshots.removeActive(id);
    actions.push(`container ${shortId(id)}: removed a left writable layer`);
  }
  for (const folder of [ctx.paths.containers, ctx.paths.runContainers]) {
    for (const name of await namesIn(folder)) {
      const id = tryParseContainerId(name);
      if (id === undefined || rows.has(id)) continue;
      await rm(`${folder}/${id}`, { recursive: true, force: true });
      actions.push(`container ${shortId(id)}: removed a left folder`);
    }
  }
  return actions;
}

function mountOwner(ctx: Context, target: string): ContainerId | undefined {
  if (!target.startsWith(`${ctx.paths.runContainers}/`)) return undefined;
  const id = tryParseContainerId(target.slice(ctx.paths.runContainers.length + 1).split('/')[0] ?? '');
  if (id === undefined) return undefined;
  return target === ctx.paths.rootfs(id) || target === ctx.paths.sharedMemory(id) ? id : undefined;
}
