import { open } from 'node:fs/promises';
import { connect, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, errnoOf } from '../../errors/index.ts';
import type { Kernel } from '../../kernel/index.ts';
import { CHILD_ENV } from '../programs.ts';
import { ShimConnection, ShimStartFailure } from './connection.ts';
import { type AttachMode, encodeAttach, type ShimHello } from './stream-codec.ts';

/** How long runc may take; the shim kills it then. */
export const RUNTIME_TIMEOUT_MS = 10_000;
/** For a shim that does not even say that. */
const SHIM_TIMEOUT_MS = RUNTIME_TIMEOUT_MS + 3_000;
const HELLO_TIMEOUT_MS = 5_000;

interface ShimJob {
  shimPath: string;
  /** `--name=value`, without the folder. */
  args: readonly string[];
  /** The shim's own folder. */
  dir: string;
  /** Connect a client in block mode before the process starts. */
  early: boolean;
  kernel: Pick<Kernel, 'startDetached'>;
}

interface StartedShim {
  /** Hears only of the end. */
  monitor: ShimConnection;
  early: ShimConnection | undefined;
  hello: ShimHello;
}

/**
 * Starts a shim with a process.
 *
 * @throws ShimStartFailure with the runtime's words. What it left behind is the caller's to clean.
 */
export async function startShim(job: ShimJob): Promise<StartedShim> {
  const args = [
    `--dir=${job.dir}`,
    `--timeout-ms=${RUNTIME_TIMEOUT_MS}`,
    ...job.args,
    // Own session and no parent: neither a signal to the server's group nor its end reaches the containers.
    '--detach',
    ...(job.early ? ['--early'] : []),
  ];
  const { monitor, early } = await connectedShim(job, args);
  const timer = disposableTimer(() => monitor.close(), SHIM_TIMEOUT_MS);
  try {
    return { monitor, early, hello: await monitor.running };
  } catch (error) {
    monitor.close();
    early?.close();
    throw timer.fired ? new ShimStartFailure('shim: timeout: the runtime did not answer') : error;
  } finally {
    timer[Symbol.dispose]();
  }
}

async function connectedShim(
  job: ShimJob,
  args: readonly string[],
): Promise<{ monitor: ShimConnection; early: ShimConnection | undefined }> {
  const env = Object.entries(CHILD_ENV).map(([name, value]) => `${name}=${value}`);
  try {
    const program = { file: job.shimPath, args, env, sockets: job.early ? 2 : 1 };
    const [third = -1, fourth] = await job.kernel.startDetached(program);
    return { monitor: connectionOf(third), early: fourth === undefined ? undefined : connectionOf(fourth) };
  } catch (cause) {
    throw new EngineError(
      'unavailable',
      `The shim ${job.shimPath} cannot be run`,
      { reason: 'shim_missing', exitCode: 128 },
      { cause },
    );
  }
}

function connectionOf(fd: number): ShimConnection {
  return new ShimConnection(new Socket({ fd, readable: true, writable: true }));
}

/**
 * A further client of a running shim; undefined when nobody answers there (any more). With `replay` its output begins with
 * what the shim kept of a terminal's.
 */
export async function connectShim(
  dir: string,
  mode: AttachMode,
  opts: { replay?: boolean } = {},
): Promise<ShimConnection | undefined> {
  let folder: Awaited<ReturnType<typeof open>>;
  try {
    folder = await open(dir, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  // Through the descriptor: the address of a socket holds 107 bytes, a folder's path may be longer.
  const socket = connect(`/proc/self/fd/${folder.fd}/s`);
  const connection = new ShimConnection(socket);
  const connected = Promise.withResolvers<void>();
  socket.once('connect', () => connected.resolve());
  socket.once('error', (error) => connected.reject(error));
  try {
    await connected.promise;
  } catch (error) {
    connection.close();
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    throw error;
  } finally {
    await folder.close();
  }
  connection.send(encodeAttach(mode, opts.replay));
  using _timer = disposableTimer(() => connection.close(), HELLO_TIMEOUT_MS);
  try {
    await connection.running;
    return connection;
  } catch (error) {
    connection.close();
    // The shim was at its end and closed the socket instead of answering.
    if (error instanceof ShimStartFailure) return undefined;
    throw error;
  }
}

/** Waits for the shim's last step, but not for ever: one that hangs is then killed by `cleanUp`. */
export async function untilFinished(connection: ShimConnection, timeoutMs: number): Promise<void> {
  const stop = new AbortController();
  try {
    await Promise.race([connection.finished, sleep(timeoutMs, undefined, { signal: stop.signal, ref: false })]);
  } finally {
    stop.abort();
  }
}

export const execFolder = (containerFolder: string, execId: string): string => join(containerFolder, 'exec', execId);

function disposableTimer(action: () => void, timeoutMs: number): Disposable & { readonly fired: boolean } {
  let fired = false;
  const timer = setTimeout(() => {
    fired = true;
    action();
  }, timeoutMs);
  return {
    get fired() {
      return fired;
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
