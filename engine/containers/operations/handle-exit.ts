import { setTimeout as delay } from 'node:timers/promises';
import { type Failpoint, failpoint } from '../../lib/index.ts';
import type { ExitRecord, Task } from '../../runtime/runtime.ts';
import type { ContainerRecord, ContainerState } from '../container-service.ts';
import { type Context, type JoinedTask, publish, type StopIntent } from '../context.ts';
import { endedHealth } from '../health/watch-health.ts';
import { nextAttempt, restartDelayMs, shouldRestart } from '../restart-policy.ts';
import { releaseVolumes } from '../runtime-mounts.ts';
import { dropSharedMemory } from '../shared-memory.ts';
import { LOST } from '../stop-reason.ts';
import { tellUnmounted } from '../volume-events.ts';
import { removeLocked } from './remove-locked.ts';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;

/** From now on this server handles the task's end. */
export function joinTask(ctx: Context, task: Task): JoinedTask {
  const joined: JoinedTask = { task, intent: undefined, restarts: 0, handled: Promise.resolve() };
  ctx.tasks.set(task.id, joined);
  joined.handled = task.exited
    .then((exit) => handleUntilDone(ctx, joined, exit))
    .catch((error: unknown) => {
      // Nobody waits for this chain; the exit record stays and the next reconcile finishes what is open.
      ctx.log.error({ err: error, containerId: task.id }, 'exit could not be handled');
    });
  return joined;
}

/** An exit that cannot be saved, as on a full disk, is tried again: otherwise its row would say "running" for ever. */
async function handleUntilDone(ctx: Context, joined: JoinedTask, exit: ExitRecord): Promise<void> {
  for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
    try {
      return await handleExit(ctx, joined, exit);
    } catch (error) {
      // Saved and told: what failed is the removal after it, which left its own state.
      if (ctx.closing.aborted || ctx.tasks.get(joined.task.id) !== joined) throw error;
      ctx.log.error({ err: error, containerId: joined.task.id, waitMs }, 'exit could not be handled; tried again');
    }
    // Closing ends the wait; the next look sees it.
    await delay(waitMs, undefined, { signal: ctx.closing, ref: false }).catch(() => undefined);
  }
}

async function handleExit(ctx: Context, joined: JoinedTask, exit: ExitRecord): Promise<void> {
  const { id } = joined.task;
  using _lock = await ctx.locks.acquire(id);
  // After closing, the record of the exit waits for the next server.
  if (ctx.closing.aborted || ctx.tasks.get(id) !== joined) return;
  const record = await ctx.store.get(id);
  if (record === undefined) ctx.tasks.delete(id);
  else await settleExitLocked(ctx, record, exit, { intent: joined.intent, startedAt: joined.task.startedAt });
}

interface Ending {
  intent: StopIntent | undefined;
  startedAt: Date;
}

/** Everything that happens when a process has ended: save, clean up, tell, and restart or remove as configured. */
export async function settleExitLocked(
  ctx: Context,
  record: ContainerRecord,
  exit: ExitRecord,
  ending: Ending,
): Promise<void> {
  const { id } = record;
  ctx.health.forget(id);
  const ranMs = exit.finishedAt.getTime() - ending.startedAt.getTime();
  const attempt = nextAttempt(ctx.restarts.attempts(id), ranMs);
  const restarts = shouldRestart(record.config.restart, {
    exitCode: exit.exitCode,
    manuallyStopped: ending.intent !== undefined || record.manuallyStopped,
    restartCount: record.restartCount,
  });
  const delayMs = restartDelayMs(attempt);
  const nextAt = new Date(ctx.clock().getTime() + delayMs);
  // Saved before the runtime forgets the exit: a crash in between finds one of the two.
  const state = restarts
    ? waiting(exit, ending, { nextAt, attempt, ...restartsOf(record) })
    : { ...ended(exit, ending), ...endedHealth(record) };
  await releaseLocked(
    ctx,
    id,
    saveExit(ctx, record, state, () => ctx.oom.isNewsAtEnd(id, exit, ending.intent !== undefined)),
  );
  tellUnmounted(ctx, record);
  ctx.tasks.delete(id);
  ctx.log.info({ containerId: id, exitCode: exit.exitCode, oomKilled: exit.oomKilled, restarts }, 'container exited');

  const execDuration = String(Math.max(0, Math.round(ranMs / 1000)));
  publish(ctx, record, 'die', { attributes: { exitCode: String(exit.exitCode), execDuration } });
  ctx.waiters.tell(id, 'exit', {
    exitCode: exit.exitCode,
    ...(exit.lost === true ? { error: LOST } : {}),
  });
  if (restarts) ctx.restarts.schedule(id, attempt, delayMs);
  else if (record.config.autoRemove && ending.intent?.keep !== true) {
    // With the new state: who waits for the removal is told the exit code.
    await removeLocked(ctx, { ...record, state }, { volumes: true });
  }
}

async function saveExit(
  ctx: Context,
  record: ContainerRecord,
  state: ContainerState,
  ranOutOfMemory: () => boolean,
): Promise<void> {
  await ctx.store.update(record.id, { state });
  await failpoint('exit.saved');
  if (ranOutOfMemory()) publish(ctx, record, 'oom');
}

type Waiting = Extract<ContainerState, { status: 'restarting' }>;

function waiting(
  exit: ExitRecord,
  { startedAt }: Ending,
  next: Pick<Waiting, 'nextAt' | 'attempt' | 'restartedAt'>,
): Waiting {
  const { exitCode, oomKilled, finishedAt } = exit;
  return { status: 'restarting', exitCode, oomKilled, startedAt, finishedAt, ...next };
}

function restartsOf({ state }: ContainerRecord): Pick<Waiting, 'restartedAt'> {
  return 'restartedAt' in state ? { restartedAt: state.restartedAt } : {};
}

function ended(
  exit: ExitRecord,
  { intent, startedAt }: Ending,
): Extract<ContainerState, { status: 'exited' | 'dead' }> {
  const { exitCode, oomKilled, finishedAt, signal, lost } = exit;
  return {
    status: 'exited',
    exitCode,
    oomKilled,
    startedAt,
    finishedAt,
    ...(signal === undefined ? {} : { signal }),
    ...(lost === true ? { error: LOST } : {}),
    // Empty: somebody whose name is not known.
    ...(intent === undefined ? {} : { stoppedBy: intent.by ?? '' }),
  };
}

/** Whoever works in the root unmounts it when done. */
export async function releaseRoot(ctx: Context, id: ContainerRecord['id']): Promise<void> {
  if (!ctx.roots.isInUse(id)) await ctx.snapshots.unmount(ctx.paths.rootfs(id));
}

/**
 * Network, process leftovers, root and volumes of a container that does not run; each is tried. False when one failed.
 *
 * @param saved that the exit is on the disk: the network goes meanwhile, the runtime's record of the exit only then
 * @throws what `saved` rejects with
 */
export async function releaseLocked(
  ctx: Context,
  id: ContainerRecord['id'],
  saved: Promise<unknown> = Promise.resolve(),
): Promise<boolean> {
  // Awaited below, when the network has gone.
  saved.catch(() => undefined);
  let released = true;
  const steps: [string, Failpoint, () => Promise<unknown>][] = [
    ['detach networks', 'exit.network', () => ctx.networks.detach(id)],
    ['clean up the runtime', 'exit.runtime', () => ctx.runtime.cleanUp(id)],
    ['drop shared memory', 'exit.memory', () => dropSharedMemory(ctx, id)],
    ['unmount root', 'exit.root', () => releaseRoot(ctx, id)],
    ['release volumes', 'exit.volumes', async () => releaseVolumes(ctx, id, (await ctx.store.get(id))?.mounts ?? [])],
  ];
  for (const [step, point, run] of steps) {
    if (point === 'exit.runtime') await saved;
    try {
      await run();
      await failpoint(point);
    } catch (error) {
      // The exit is saved and must be told whatever happens here; the next repair tries again.
      released = false;
      ctx.log.error({ err: error, containerId: id, step }, 'could not release what the container used');
    }
  }
  if (released) {
    ctx.released.add(id);
    ctx.unreleased.delete(id);
  } else ctx.unreleased.add(id);
  return released;
}
