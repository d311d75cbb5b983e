import { EngineError } from '../../errors/index.ts';
import { type ContainerId, type ExecId, newExecId, tryParseExecId } from '../../lib/index.ts';
import type { AttachStream, ExecTask } from '../../runtime/runtime.ts';
import { mergeEnv } from '../config-merge.ts';
import type { CallOptions, ContainerRecord, ExecInfo, ExecRequest } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { execAction } from '../exec-action.ts';
import { type ExecSession, noSuchExec } from '../exec-registry.ts';
import { envWithLinks } from '../link-env.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { assertAllowed } from '../transitions.ts';
import { resolveUser } from '../user.ts';

export async function createExec(
  ctx: Context,
  ref: string,
  request: ExecRequest,
  opts: CallOptions = {},
): Promise<ExecInfo> {
  const record = await resolveRef(ctx.store, ref);
  if (request.args.length === 0 || request.args[0] === '') {
    throw new EngineError('invalid_argument', 'No exec command specified', { reason: 'no_command', field: 'args' });
  }
  assertAllowed('exec', record);
  const { process } = record;
  const env = await envWithLinks(ctx, record);
  const id = newExecId();
  const spec: ExecSession['spec'] = {
    id,
    containerId: record.id,
    args: request.args,
    env: mergeEnv(request.tty ? mergeEnv(['TERM=xterm'], env) : env, request.env ?? []),
    cwd: request.workingDir || process.cwd,
    user: await resolveUser(
      ctx.kernel,
      ctx.paths.rootfs(record.id),
      request.user || process.user,
      record.config.groupAdd,
    ),
    tty: request.tty,
    openStdin: request.openStdin,
    privileged: request.privileged ?? false,
    consoleSize: request.consoleSize,
  };
  const info: ExecInfo = {
    id,
    containerId: record.id,
    args: [...request.args],
    tty: request.tty,
    running: false,
    exitCode: undefined,
    pid: undefined,
  };
  ctx.execs.add({ info, spec, task: undefined, starting: undefined, endedAt: undefined }, ctx.clock());
  publish(ctx, record, execAction('exec_create', request.args), { attributes: { execID: id }, opts });
  return { ...info };
}

/** The first call starts it; later ones attach to what runs. */
export async function startExec(ctx: Context, id: ExecId, opts: CallOptions = {}): Promise<AttachStream> {
  const session = await findSession(ctx, id);
  if (session.starting !== undefined) {
    await session.starting;
    const again = session.info.running ? await ctx.runtime.recoverExec(session.info.containerId, id) : undefined;
    if (again === undefined) {
      throw new EngineError('conflict', `Exec command ${id} has already run`, { reason: 'exec_ended', id });
    }
    return again.stream;
  }
  const starting = run(ctx, session, opts);
  session.starting = starting;
  return (await starting).stream;
}

async function run(ctx: Context, session: ExecSession, opts: CallOptions): Promise<ExecTask> {
  let record: ContainerRecord;
  let task: ExecTask;
  try {
    record = await getRecord(ctx.store, session.info.containerId);
    assertAllowed('exec', record);
    task = await ctx.runtime.exec(session.spec, opts.signal === undefined ? {} : { signal: opts.signal });
  } catch (error) {
    const code = error instanceof EngineError ? error.details['exitCode'] : undefined;
    session.info.exitCode = typeof code === 'number' ? code : 126;
    session.endedAt = ctx.clock();
    throw error;
  }
  publish(ctx, record, execAction('exec_start', session.info.args), { attributes: { execID: session.info.id }, opts });
  follow(ctx, session, task, record);
  return task;
}

function follow(ctx: Context, session: ExecSession, task: ExecTask, record: ContainerRecord): void {
  const { info } = session;
  session.task = task;
  info.running = true;
  info.pid = task.pid;
  session.ended = task.exited.then(
    ({ exitCode }) => {
      info.running = false;
      info.exitCode = exitCode;
      session.endedAt = ctx.clock();
      if (ctx.closing.aborted) return;
      publish(ctx, record, 'exec_die', { attributes: { execID: info.id, exitCode: String(exitCode) } });
    },
    (error: unknown) => {
      info.running = false;
      session.endedAt = ctx.clock();
      ctx.log.error({ err: error, execId: info.id }, 'exit of an exec session is unknown');
    },
  );
}

export async function inspectExec(ctx: Context, id: ExecId): Promise<ExecInfo> {
  return { ...(await findSession(ctx, id)).info };
}

export async function waitExec(ctx: Context, id: ExecId): Promise<ExecInfo> {
  const session = await findSession(ctx, id);
  await session.ended;
  return { ...session.info };
}

const HANG_UP = 1;
const KILL = 9;
const HANG_UP_MS = 2_000;

/** Hangs up as a closed terminal does, then kills. */
export async function endExec(ctx: Context, id: ExecId): Promise<void> {
  const session = await findSession(ctx, id);
  const { task } = session;
  if (task === undefined || !session.info.running) return;
  if (!signalProcess(task.pid, HANG_UP)) return;
  const timer = Promise.withResolvers<false>();
  const timeout = setTimeout(() => timer.resolve(false), HANG_UP_MS);
  try {
    const ended = await Promise.race([task.exited.then(() => true), timer.promise]);
    if (!ended && session.info.running) signalProcess(task.pid, KILL);
  } finally {
    clearTimeout(timeout);
  }
}

function signalProcess(pid: number, signal: number): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    // ESRCH: it ended by itself between the check and the signal.
    return false;
  }
}

export async function resizeExec(ctx: Context, id: ExecId, rows: number, columns: number): Promise<void> {
  const session = await findSession(ctx, id);
  const task = session.task ?? (await session.starting);
  if (task !== undefined && !session.info.running) {
    const { state } = await getRecord(ctx.store, session.info.containerId);
    const words =
      state.status === 'running' || state.status === 'paused'
        ? `exec process ${id} is not running`
        : `container ${session.info.containerId} is not running`;
    throw new EngineError('conflict', words, { reason: 'exec_ended', id });
  }
  if (task === undefined) session.spec.consoleSize = { rows, columns };
  else task.resize(rows, columns);
}

/** A session begun by an earlier server is found through its shim, in whichever container it runs. */
async function findSession(ctx: Context, id: ExecId): Promise<ExecSession> {
  const known = ctx.execs.find(id);
  if (known !== undefined) return known;
  if (tryParseExecId(id) === undefined) throw noSuchExec(id);
  for (const containerId of ctx.tasks.keys()) {
    const task = await ctx.runtime.recoverExec(containerId, id);
    if (task !== undefined) return adopt(ctx, containerId, id, task);
  }
  throw noSuchExec(id);
}

async function adopt(ctx: Context, containerId: ContainerId, id: ExecId, task: ExecTask): Promise<ExecSession> {
  const record = await getRecord(ctx.store, containerId);
  const { env, cwd } = record.process;
  const user = { uid: 0, gid: 0, additionalGids: [] };
  const { pid, args, tty } = task;
  // Who wants its output connects anew; a stream that nobody reads would stop the process.
  task.stream.close();
  const info: ExecInfo = { id, containerId, args: [...args], tty, running: true, exitCode: undefined, pid };
  const spec = { id, containerId, args, env, cwd, user, tty, openStdin: false, privileged: false };
  const session: ExecSession = { info, spec, task, starting: Promise.resolve(task), endedAt: undefined };
  ctx.execs.add(session, ctx.clock());
  follow(ctx, session, task, record);
  return session;
}
