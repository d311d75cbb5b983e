import { parseSignal, SIGKILL } from '../../kernel/index.ts';
import type { CallOptions, ContainerRecord } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { assertAllowed } from '../transitions.ts';
import { endProcess, sendSignal } from './end-process.ts';
import { startContainer } from './start-container.ts';

type StopCall = CallOptions & { unixSignal?: string | undefined; timeoutSeconds?: number | undefined };

/** A stop of what is stopped already is a result, not an error. */
export async function stopContainer(ctx: Context, ref: string, opts: StopCall = {}): Promise<{ stopped: boolean }> {
  const record = await resolveRef(ctx.store, ref);
  const stopped = await stopRunning(ctx, record, opts, false);
  if (stopped) publish(ctx, record, 'stop', { opts });
  return { stopped };
}

async function stopRunning(ctx: Context, record: ContainerRecord, opts: StopCall, keep: boolean): Promise<boolean> {
  const { stopSignal, stopTimeoutSeconds } = record.process;
  const { status } = record.state;
  if (status === 'created' || status === 'exited' || status === 'dead') return false;
  assertAllowed('stop', record);
  const endSignal = opts.unixSignal === undefined ? stopSignal : parseSignal(opts.unixSignal);
  const seconds = opts.timeoutSeconds ?? stopTimeoutSeconds;
  const graceMs = seconds < 0 ? undefined : seconds * 1000;
  // Between the two looks a waiting restart may have begun: then there is a process to end after all.
  for (let tries = 0; tries < 3; tries++) {
    if (await endProcess(ctx, record.id, { ...opts, endSignal, graceMs, keep })) return true;
    if (await cancelRestart(ctx, record.id, opts, keep)) return true;
  }
  return false;
}

/** A container that waits for its next start has no process: giving up the wait is the stop. */
export async function cancelRestart(
  ctx: Context,
  id: ContainerRecord['id'],
  opts: CallOptions,
  keep = false,
): Promise<boolean> {
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await ctx.store.get(id);
  if (record?.state.status !== 'restarting') return false;
  ctx.restarts.forget(id);
  const { exitCode, oomKilled, startedAt, finishedAt } = record.state;
  const state = {
    status: 'exited',
    exitCode,
    oomKilled,
    startedAt,
    finishedAt,
    stoppedBy: opts.actor?.name ?? '',
  } as const;
  await ctx.store.update(id, { state, manuallyStopped: !keep });
  return true;
}

/** Stop and start; neither the restart policy nor automatic removal comes in between. */
export async function restartContainer(ctx: Context, ref: string, opts: StopCall = {}): Promise<void> {
  const record = await resolveRef(ctx.store, ref);
  assertAllowed('restart', record);
  const stopped = await stopRunning(ctx, record, opts, true);
  if (stopped) publish(ctx, record, 'stop', { opts });
  await startContainer(ctx, record.id, { signal: opts.signal, actor: opts.actor });
  publish(ctx, record, 'restart', { opts });
}

/** A signal that ends the container counts as a manual stop; SIGKILL is waited for, as in Docker. */
export async function killContainer(
  ctx: Context,
  ref: string,
  opts: CallOptions & { unixSignal?: string | undefined } = {},
): Promise<void> {
  const number = parseSignal(opts.unixSignal ?? 'SIGKILL');
  const record = await resolveRef(ctx.store, ref);
  assertAllowed('kill', record);
  if (number === SIGKILL) {
    const ended = await endProcess(ctx, record.id, { ...opts, endSignal: SIGKILL, graceMs: 10_000, keep: false });
    if (!ended && !(await cancelRestart(ctx, record.id, opts)))
      assertAllowed('kill', await getRecord(ctx.store, record.id));
    return;
  }
  const ends = number === record.process.stopSignal;
  const intent = ends ? { by: opts.actor?.name, signal: number, keep: false } : undefined;
  const joined = await sendSignal(ctx, record.id, number, intent, opts);
  if (joined === undefined && !(ends && (await cancelRestart(ctx, record.id, opts)))) {
    assertAllowed('kill', { ...record, state: { status: 'exited' } });
  }
}
