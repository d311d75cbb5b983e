import { EngineError } from '../../errors/index.ts';
import { SIGKILL } from '../../kernel/index.ts';
import type { ContainerId } from '../../lib/index.ts';
import { failpoint } from '../../lib/index.ts';
import type { CallOptions } from '../container-service.ts';
import { type Context, type JoinedTask, publish, type StopIntent } from '../context.ts';
import { getRecord } from '../resolve-ref.ts';

/** The kernel answers SIGKILL soon or, for a process in uninterruptible sleep, not at all. */
const KILL_CAP_MS = 30_000;

interface EndRequest extends CallOptions {
  endSignal: number;
  /** Undefined: wait without end. */
  graceMs: number | undefined;
  keep: boolean;
}

/**
 * Signals under the lock, waits without it, kills when the grace period is over. False when nothing runs.
 * @throws EngineError `unavailable` when even SIGKILL does not end it, `cancelled`
 */
export async function endProcess(ctx: Context, id: ContainerId, request: EndRequest): Promise<boolean> {
  const intent: StopIntent = { by: request.actor?.name, signal: request.endSignal, keep: request.keep };
  const joined = await sendSignal(ctx, id, request.endSignal, intent, request, {
    ending: request.keep ? 'restart' : 'stop',
    killAt: killTime(ctx, request),
  });
  if (joined === undefined) return false;
  using stack = new DisposableStack();
  stack.defer(() => {
    if (request.keep) joined.restarts -= 1;
    joined.ending = undefined;
    joined.killAt = undefined;
  });
  if (await settledWithin(joined.handled, request.graceMs, request.signal)) return true;

  await killIfStillThere(ctx, id, joined, request);
  if (await settledWithin(joined.handled, KILL_CAP_MS, request.signal)) return true;
  throw new EngineError(
    'unavailable',
    `cannot kill container: ${id}: tried to kill container, but did not receive an exit event`,
    { reason: 'kill_failed', id, pid: joined.task.pid },
  );
}

function killTime(ctx: Context, { endSignal, graceMs }: EndRequest): Date | undefined {
  if (endSignal === SIGKILL || graceMs === undefined) return undefined;
  return new Date(ctx.clock().getTime() + graceMs);
}

/**
 * Sends one signal; with an intent the end that follows counts as wanted. Undefined when nothing runs.
 * @param ending what is told of it until the caller, who waits, says that it is over
 */
export async function sendSignal(
  ctx: Context,
  id: ContainerId,
  signal: number,
  intent: StopIntent | undefined,
  opts: CallOptions,
  ending?: Pick<JoinedTask, 'ending' | 'killAt'>,
): Promise<JoinedTask | undefined> {
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const joined = ctx.tasks.get(id);
  if (joined === undefined) return undefined;
  // Before the event below, which makes everybody look.
  if (ending !== undefined) Object.assign(joined, ending);
  const record = await getRecord(ctx.store, id);
  if (intent !== undefined) {
    joined.intent = { ...intent, keep: intent.keep || joined.restarts > 0 };
    if (!intent.keep) await ctx.store.update(id, { manuallyStopped: true });
  }
  await failpoint('stop.intent');
  await ctx.runtime.kill(id, signal);
  await failpoint('stop.signalled');
  // A frozen process gets the signal when it is thawed.
  if (record.state.status === 'paused' && intent !== undefined) {
    // The runtime thaws for SIGKILL itself: nothing would be left to thaw here.
    if (signal !== SIGKILL) await ctx.runtime.unpause(id);
    await ctx.store.update(id, { state: { ...record.state, status: 'running' } });
    publish(ctx, record, 'unpause', { opts });
  }
  publish(ctx, record, 'kill', { attributes: { signal: String(signal) }, opts });
  // Still under the lock, which the handling of its end waits for.
  if (ending?.ending === 'restart') joined.restarts += 1;
  return joined;
}

async function killIfStillThere(ctx: Context, id: ContainerId, joined: JoinedTask, opts: CallOptions): Promise<void> {
  using _lock = await ctx.locks.acquire(id, opts.signal);
  if (ctx.tasks.get(id) !== joined) return;
  const record = await getRecord(ctx.store, id);
  await ctx.runtime.kill(id, SIGKILL);
  publish(ctx, record, 'kill', { attributes: { signal: String(SIGKILL) }, opts });
}

async function settledWithin(
  handled: Promise<void>,
  ms: number | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const timer = ms === undefined ? undefined : setTimeout(() => resolve(false), ms);
  const onAbort = () =>
    reject(
      new EngineError('cancelled', 'Cancelled while waiting for the container to stop', {}, { cause: signal?.reason }),
    );
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([handled.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
