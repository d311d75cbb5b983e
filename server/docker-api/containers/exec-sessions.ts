import { setTimeout as delay } from 'node:timers/promises';
import type { ExecInfo } from '#engine/containers/index.ts';
import { EngineError } from '#engine/errors/index.ts';
import { assertCan } from '#server/access/index.ts';
import { sendEmpty, sendJson } from '../answer.ts';
import { toExecInspect } from '../codec/exec-inspect.ts';
import { JsonObject } from '../codec/json-object.ts';
import { parseDetachKeys } from '../detach-keys.ts';
import { messageOf } from '../docker-error.ts';
import { type HijackedConnection, hijack } from '../hijack.ts';
import { joinStreams } from '../join-streams.ts';
import { readOptionalJson } from '../json-body.ts';
import { sizeOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { toFrame } from '../stdcopy.ts';
import { callerOnly } from './call-options.ts';
import { ExecWishBook, type ExecWishes } from './exec-wishes.ts';
import { toExecId } from './find-container.ts';

const wishBook = new ExecWishBook();

/** `POST /containers/{id}/exec`. */
export async function createExec(call: DockerCall): Promise<void> {
  const body = (await readOptionalJson(call)) ?? JsonObject.empty();
  const wishes: ExecWishes = {
    stdin: body.flag('AttachStdin') ?? false,
    stdout: body.flag('AttachStdout') ?? false,
    stderr: body.flag('AttachStderr') ?? false,
    detachKeys: body.text('DetachKeys') ?? '',
    user: body.text('User') ?? '',
    privileged: body.flag('Privileged') ?? false,
  };
  parseDetachKeys(wishes.detachKeys);
  const request = {
    args: body.textOrTexts('Cmd') ?? [],
    env: body.texts('Env') ?? [],
    workingDir: body.text('WorkingDir') || undefined,
    user: wishes.user || undefined,
    tty: body.flag('Tty') ?? false,
    openStdin: wishes.stdin,
    privileged: wishes.privileged,
    consoleSize: consoleSizeOf(body),
  };
  assertMayBePrivileged(call, wishes.privileged);
  const { id } = await call.environment.containers.createExec(call.id, request, callerOnly(call));
  wishBook.set(id, wishes);
  sendJson(call.res, 201, { Id: id });
}

/** With these a process reaches the host: the right to enter a container is not enough. */
function assertMayBePrivileged({ actor }: DockerCall, privileged: boolean): void {
  if (privileged) assertCan(actor, 'container:host-access');
}

/** Clients send height and width; zeros mean that there is no terminal. */
function consoleSizeOf(body: JsonObject): { rows: number; columns: number } | undefined {
  const size = body.raw('ConsoleSize');
  if (!Array.isArray(size)) return undefined;
  const [rows, columns]: unknown[] = size;
  const fits = (side: unknown): side is number => Number.isInteger(side) && Number(side) > 0 && Number(side) < 65_536;
  return fits(rows) && fits(columns) ? { rows, columns } : undefined;
}

/** `POST /exec/{id}/start`: what goes wrong with the program itself is told in the stream, where the client looks. */
export async function startExec(call: DockerCall): Promise<void> {
  const { containers } = call.environment;
  const execId = toExecId(call.params['id'] ?? '');
  const body = await readOptionalJson(call);
  const info = await containers.inspectExec(execId);
  // Somebody else may have made it, who may do more.
  assertMayBePrivileged(call, wishBook.get(info.id).privileged);
  const size = body === undefined ? undefined : consoleSizeOf(body);
  if (size !== undefined && info.tty) await containers.resizeExec(execId, size.rows, size.columns);
  if (body?.flag('Detach') === true) {
    assertFresh(info);
    const stream = await containers.startExec(execId, callerOnly(call));
    stream.close();
    return sendEmpty(call.res, 200);
  }
  // Frames are what the client asks for here; whether there is a terminal was said when the session was made.
  const framed = body?.flag('Tty') !== true;
  const connection = hijack(call, { tty: !framed });
  try {
    assertFresh(info);
    await runAttached(call, connection, { ...info, framed });
  } catch (error) {
    const text = Buffer.from(`${messageOf(error, call.requestId)}\r\n`);
    await connection.write(framed ? toFrame('stdout', text) : text);
    connection.end();
    // Told to the client; the audit log hears of it as well.
    throw error;
  }
}

function assertFresh({ id, running, exitCode }: ExecInfo): void {
  if (!running && exitCode === undefined) return;
  const words = `exec command ${id} ${running ? 'is already running' : 'has already run'}`;
  throw new EngineError('conflict', words, { reason: 'exec_ended', id });
}

async function runAttached(
  call: DockerCall,
  connection: HijackedConnection,
  { id, tty, containerId, framed }: ExecInfo & { framed: boolean },
): Promise<void> {
  const { containers } = call.environment;
  const stream = await containers.startExec(id, callerOnly(call));
  const { stdin, stdout, stderr, detachKeys } = wishBook.get(id);
  const left = await joinStreams(connection, stream, {
    ...{ tty, framed, stdin, stdout, stderr, detachKeys },
    signal: call.signal,
    async beforeEnd() {
      await stream.exited;
      await untilRecorded(containers, id);
    },
  });
  if (left === 'detached') await containers.tellDetached(containerId, id, callerOnly(call));
}

const PATIENCE_MS = 2_000;

/** Clients ask for the exit code as soon as the stream has ended: then it must be there. */
async function untilRecorded(containers: DockerCall['environment']['containers'], id: ExecInfo['id']): Promise<void> {
  const stop = new AbortController();
  try {
    await Promise.race([containers.waitExec(id), delay(PATIENCE_MS, undefined, { signal: stop.signal, ref: false })]);
  } finally {
    stop.abort();
  }
}

export async function resizeExec(call: DockerCall): Promise<void> {
  const { rows, columns } = sizeOf(call.query);
  await call.environment.containers.resizeExec(toExecId(call.params['id'] ?? ''), rows, columns);
  sendEmpty(call.res, 200);
}

/** `GET /exec/{id}/json`. */
export async function sendExec(call: DockerCall): Promise<void> {
  const info = await call.environment.containers.inspectExec(toExecId(call.params['id'] ?? ''));
  sendJson(call.res, 200, toExecInspect(info, wishBook.get(info.id)));
}
