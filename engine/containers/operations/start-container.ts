import { EngineError } from '../../errors/index.ts';
import { CleanupStack, failpoint } from '../../lib/index.ts';
import type { Task, TaskSpec } from '../../runtime/runtime.ts';
import { networkFileMounts } from '../container-files.ts';
import type { CallOptions, ContainerRecord } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { newHealth, watchHealth } from '../health/watch-health.ts';
import { envWithLinks } from '../link-env.ts';
import { assertLinksRun } from '../links.ts';
import { rewriteNetworkFiles, tellLinking } from '../network-files.ts';
import { joinNetwork, sharesWithWaiting } from '../network-mode.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { withRestart } from '../restart-policy.ts';
import { releaseVolumes, toRuntimeMounts } from '../runtime-mounts.ts';
import { dropSharedMemory, joinSharedMemory } from '../shared-memory.ts';
import { toTaskSpec } from '../task-spec.ts';
import { assertAllowed } from '../transitions.ts';
import { resolveUser } from '../user.ts';
import { tellMounted, tellUnmounted } from '../volume-events.ts';
import { pinsOf } from '../volume-subpath.ts';
import { joinTask, releaseRoot } from './handle-exit.ts';
import { removeLocked } from './remove-locked.ts';

/** How often, and how long, a start looks for the container whose namespaces it is to share. */
const SHARED_LOOK_MS = 200;
const SHARED_WAIT_MS = 60_000;

interface StartOptions extends CallOptions {
  consoleSize?: TaskSpec['consoleSize'];
}

export async function startContainer(
  ctx: Context,
  ref: string,
  opts: StartOptions = {},
): Promise<{ started: boolean }> {
  const { id } = await resolveRef(ctx.store, ref);
  const started = await startStopped(ctx, id, opts);
  if (started) await tellLinking(ctx, id);
  return { started };
}

async function startStopped(ctx: Context, id: ContainerRecord['id'], opts: StartOptions): Promise<boolean> {
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  if (record.state.status === 'running') return false;
  assertAllowed('start', record);
  ctx.restarts.forget(id);
  await startLocked(ctx, { ...record, restartCount: 0 }, opts);
  return true;
}

interface LaunchOptions extends StartOptions {
  /** When a policy starts it: this time and those before it. */
  restartedAt?: readonly Date[];
}

/** Called by the timer of a waiting restart; a stop or start in the meantime wins. */
export async function restartDue(ctx: Context, id: ContainerRecord['id']): Promise<void> {
  if (await restartWaiting(ctx, id)) await tellLinking(ctx, id);
}

async function restartWaiting(ctx: Context, id: ContainerRecord['id']): Promise<boolean> {
  using _lock = await ctx.locks.acquire(id, ctx.closing);
  const record = await ctx.store.get(id);
  if (record === undefined || record.state.status !== 'restarting' || ctx.closing.aborted) return false;
  const waitedMs = ctx.clock().getTime() - record.state.nextAt.getTime();
  // At boot all are due at once: whose namespaces it shares comes first. Two that wait for each other give up.
  if (waitedMs < SHARED_WAIT_MS && (await sharesWithWaiting(ctx, record))) {
    ctx.restarts.schedule(id, record.state.attempt, SHARED_LOOK_MS);
    return false;
  }
  const restartedAt = withRestart(record.state.restartedAt ?? [], ctx.clock());
  await startLocked(ctx, { ...record, restartCount: record.restartCount + 1 }, { restartedAt });
  return true;
}

/** The caller holds the lock and has checked the state; `record.restartCount` is what is saved with the start. */
async function startLocked(ctx: Context, record: ContainerRecord, opts: LaunchOptions): Promise<void> {
  let started: Awaited<ReturnType<typeof launch>>;
  try {
    started = await launch(ctx, record, opts);
  } catch (error) {
    await saveFailedStart(ctx, record, error);
    throw error;
  }
  ctx.oom.began(record.id);
  joinTask(ctx, started.task);
  publish(ctx, record, 'start', { opts });
  watchHealth(ctx, record, started.state);
}

async function launch(ctx: Context, record: ContainerRecord, opts: LaunchOptions) {
  const { id } = record;
  const rootfs = ctx.paths.rootfs(id);
  await using undo = new CleanupStack({ log: ctx.log });

  ctx.released.delete(id);
  undo.defer('unmount root', () => releaseRoot(ctx, id));
  await ctx.snapshots.mount(id, rootfs);
  await failpoint('start.mounted');
  const user = await resolveUser(ctx.kernel, rootfs, record.process.user, record.config.groupAdd);
  await using _pins = pinsOf(ctx, id);
  undo.defer('release volumes', () => releaseVolumes(ctx, id, record.mounts));
  const volumes = await toRuntimeMounts(ctx, record);
  undo.defer('tell of the volumes', async () => tellUnmounted(ctx, record));
  tellMounted(ctx, record);
  await failpoint('start.volumes');

  await assertLinksRun(ctx, record);
  undo.defer('detach networks', () => ctx.networks.detach(id));
  const network = await joinNetwork(ctx, record, opts.signal);
  await failpoint('start.network');
  const files =
    network.sandbox === undefined
      ? networkFileMounts(ctx.paths.container(network.filesOf ?? id))
      : await rewriteNetworkFiles(ctx, record, network.sandbox);
  await failpoint('start.files');
  undo.defer('drop shared memory', () => dropSharedMemory(ctx, id));
  const shm = await joinSharedMemory(ctx, record);
  await failpoint('start.memory');
  const asked = new Set(volumes.map((mount) => mount.destination));
  const spec = await toTaskSpec(ctx, record, {
    env: await envWithLinks(ctx, record),
    user,
    netns: network.netns,
    mounts: [...volumes, ...files.filter((file) => !asked.has(file.destination))],
    consoleSize: opts.consoleSize,
    shm,
  });

  opts.signal?.throwIfAborted();
  const clients = [...(ctx.waitingClients.get(id) ?? [])];
  undo.defer('clean up the runtime', () => ctx.runtime.cleanUp(id));
  const task = await ctx.runtime.start(spec, { signal: opts.signal, attachEarly: clients.length > 0 });
  await failpoint('start.task');
  const { pid, pidStartTicks, startedAt } = task;
  const restarts = opts.restartedAt === undefined ? {} : { restartedAt: opts.restartedAt };
  const state = { status: 'running', pid, pidStartTicks, startedAt, ...newHealth(record), ...restarts } as const;
  await ctx.store.update(id, {
    state,
    manuallyStopped: false,
    restartCount: record.restartCount,
  });
  await failpoint('start.saved');
  undo.commit();
  await connectClients(ctx, task, clients);
  return { task, state };
}

/** The first client was there before the process and missed nothing; further ones join now. */
async function connectClients(
  ctx: Context,
  task: Task,
  clients: readonly { connect(stream: NonNullable<Task['early']>): void; close(): void }[],
): Promise<void> {
  ctx.waitingClients.delete(task.id);
  for (const [place, client] of clients.entries()) {
    try {
      client.connect(place === 0 && task.early !== undefined ? task.early : await ctx.runtime.attach(task.id));
    } catch (error) {
      // The process may be gone already; its output is in the log, and the start itself succeeded.
      ctx.log.warn({ err: error, containerId: task.id }, 'client could not be attached at the start');
      client.close();
    }
  }
}

/** Docker keeps the state and puts text and code into it: 126, 127 as the runtime says, 128 for anything else. */
async function saveFailedStart(ctx: Context, record: ContainerRecord, cause: unknown): Promise<void> {
  const { state } = record;
  const error = cause instanceof Error ? cause.message : String(cause);
  const told = cause instanceof EngineError ? cause.details['exitCode'] : undefined;
  const exitCode = typeof told === 'number' ? told : 128;
  if (state.status === 'created') {
    await ctx.store.update(record.id, { state: { status: 'created', error, exitCode } });
  } else if (state.status === 'exited' || state.status === 'dead' || state.status === 'restarting') {
    const { startedAt } = state;
    const exited = { status: 'exited', exitCode, oomKilled: false, startedAt, finishedAt: ctx.clock(), error } as const;
    await ctx.store.update(record.id, { state: exited });
  }
  const clients = ctx.waitingClients.get(record.id) ?? [];
  for (const client of [...clients]) client.close();
  ctx.waiters.tell(record.id, 'exit', { exitCode, error });
  if (record.config.autoRemove) await removeLocked(ctx, record, { volumes: true });
}
