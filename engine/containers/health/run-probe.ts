import { type ContainerId, newExecId } from '../../lib/index.ts';
import type { AttachStream, ExecTask } from '../../runtime/index.ts';
import type { ContainerRecord, ProbeResult } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { execAction } from '../exec-action.ts';
import { resolveUser } from '../user.ts';
import type { Probe } from './health-state.ts';

const MAX_OUTPUT_BYTES = 4096;

/**
 * Runs the check in the container as its own user; one that takes too long is killed. Undefined when the signal came first.
 */
export async function runProbe(
  ctx: Context,
  record: ContainerRecord,
  probe: Probe,
  signal: AbortSignal,
): Promise<ProbeResult | undefined> {
  const startedAt = ctx.clock();
  const done = (exitCode: number, output: string) => ({ startedAt, endedAt: ctx.clock(), exitCode, output });
  let task: ExecTask;
  try {
    task = await startProbe(ctx, record, probe);
  } catch (error) {
    // A command that is not there says something about the health; a server that goes away does not.
    return signal.aborted ? undefined : done(-1, error instanceof Error ? error.message : String(error));
  }
  const output = collect(task.stream);
  const ending = await firstOf(task, probe.timeoutMs, signal);
  if (ending === 'exited') {
    const { exitCode } = await task.exited;
    const attributes = { execID: task.id, exitCode: String(exitCode) };
    publish(ctx, record, 'exec_die', { attributes, routine: true });
    return done(exitCode, await output);
  }
  task.kill();
  task.stream.close();
  if (ending === 'aborted') return undefined;
  const said = await output;
  return done(-1, `Health check exceeded timeout (${seconds(probe.timeoutMs)})${said === '' ? '' : `: ${said}`}`);
}

/** A server that was killed may have left a probe behind, which nobody would end. Sessions of people are other commands. */
export async function endLeftProbes(ctx: Context, id: ContainerId, { args }: Probe): Promise<void> {
  for (const session of await ctx.runtime.listExecs(id)) {
    if (session.tty || ctx.execs.find(session.id) !== undefined || session.args.join('\0') !== args.join('\0'))
      continue;
    const left = await ctx.runtime.recoverExec(id, session.id);
    left?.stream.close();
    left?.kill();
  }
}

async function startProbe(ctx: Context, record: ContainerRecord, { args }: Probe): Promise<ExecTask> {
  const { process, config } = record;
  const user = await resolveUser(ctx.kernel, ctx.paths.rootfs(record.id), process.user, config.groupAdd);
  const id = newExecId();
  const { env, cwd } = process;
  const about = { attributes: { execID: id }, routine: true } as const;
  publish(ctx, record, execAction('exec_create', args), about);
  const task = await ctx.runtime.exec({
    id,
    containerId: record.id,
    args,
    env,
    cwd,
    user,
    tty: false,
    openStdin: false,
    privileged: false,
  });
  publish(ctx, record, execAction('exec_start', args), about);
  return task;
}

async function firstOf(
  task: ExecTask,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<'exited' | 'timeout' | 'aborted'> {
  const { promise, resolve } = Promise.withResolvers<'timeout' | 'aborted'>();
  const timer = setTimeout(() => resolve('timeout'), timeoutMs);
  const onAbort = () => resolve('aborted');
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([task.exited.then(() => 'exited' as const), promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Everything is read, so that a talkative check is not held up; the beginning is kept. */
async function collect(stream: AttachStream): Promise<string> {
  const parts: Buffer[] = [];
  let kept = 0;
  let cut = false;
  for await (const { data } of stream.output) {
    const part = data.subarray(0, MAX_OUTPUT_BYTES - kept);
    cut ||= part.length < data.length;
    kept += part.length;
    if (part.length > 0) parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8') + (cut ? '...' : '');
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}
