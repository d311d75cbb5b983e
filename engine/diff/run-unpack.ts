import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { EngineError, isEngineError } from '../errors/index.ts';
import type { UnpackProgress, UnpackReply, UnpackRequest, UnpackResult } from './unpack-protocol.ts';

const WORKER = fileURLToPath(new URL('./unpack-worker.ts', import.meta.url));
const HEAP_MIB = 128;
const STDERR_CAP = 4_096;

interface UnpackJob {
  request: UnpackRequest;
  /** Piped to the child unless the request names a path. */
  stream: Readable | undefined;
  signal: AbortSignal | undefined;
  onProgress: ((progress: UnpackProgress) => void) | undefined;
}

/**
 * Runs one request in a child process of its own group. Settles only after the child and its programs have ended, so the
 * caller may remove the target at once.
 */
export async function runUnpack(job: UnpackJob): Promise<UnpackResult> {
  const { signal } = job;
  if (signal?.aborted === true) throw cancelled(signal);
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, WORKER], {
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
    env: { NODE_ENV: process.env['NODE_ENV'], PATH: process.env['PATH'], NODE_NO_WARNINGS: '1' },
    // A group of its own: killing it also ends the decompression program.
    detached: true,
  });
  const kill = () => killGroup(child);
  let killed = false;
  const onAbort = () => {
    killed = true;
    kill();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const { reply, words, source } = await converse(child, job, kill);
    if (killed && signal !== undefined) throw cancelled(signal);
    if (source !== undefined) throw sourceFailed(source);
    if (reply?.type === 'done') return reply.result;
    if (reply?.type === 'failed') throw new EngineError(reply.code, reply.message, reply.details);
    throw lost(child, words);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    job.stream?.destroy();
  }
}

interface Conversation {
  reply: UnpackReply | undefined;
  /** What the child wrote to stderr: only a crash does. */
  words: string;
  /** The error of the source stream, which the child sees as an early end. */
  source: unknown;
}

async function converse(child: ChildProcess, job: UnpackJob, kill: () => void): Promise<Conversation> {
  const seen: Conversation = { reply: undefined, words: '', source: undefined };
  child.on('message', (reply: UnpackReply) => {
    if (reply.type === 'progress') job.onProgress?.(reply.progress);
    else seen.reply = reply;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    seen.words = (seen.words + text).slice(-STDERR_CAP);
  });
  // The pipeline hands an error of one end to the other; the first one tells where it began.
  let origin: 'source' | 'child' | undefined;
  job.stream?.once('error', () => {
    origin ??= 'source';
  });
  child.stdin?.on('error', (error) => {
    // The child ended before it had read everything: its own answer says why.
    if ('syscall' in error) origin ??= 'child';
  });
  const closed = once(child, 'close');
  child.send(job.request, (error) => {
    if (error !== null) kill();
  });
  if (job.stream === undefined || child.stdin === null) child.stdin?.end();
  else {
    const feed = pipeline(job.stream, child.stdin).catch((error: unknown) => {
      if (origin === 'child') return;
      seen.source = error;
      kill();
    });
    await Promise.all([feed, closed]);
    return seen;
  }
  await closed;
  return seen;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it has ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function cancelled(signal: AbortSignal): EngineError {
  return new EngineError('cancelled', 'Unpacking was cancelled', { reason: 'cancelled' }, { cause: signal.reason });
}

/** The stream broke before its end. */
export function sourceFailed(cause: unknown): EngineError {
  if (isEngineError(cause)) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(
    'unavailable',
    `The archive could not be read (${words})`,
    { reason: 'source_failed' },
    { cause },
  );
}

function lost(child: ChildProcess, words: string): EngineError {
  const how = child.signalCode ?? `exit code ${child.exitCode}`;
  // V8 aborts when its heap is full; the kernel kills when the machine's memory is.
  if (child.signalCode === 'SIGABRT' || child.signalCode === 'SIGKILL') {
    return new EngineError('resource_exhausted', `Unpacking needed too much memory (${how})`, {
      reason: 'unpack_killed',
      words,
    });
  }
  return new EngineError('internal', `Unpacking ended without an answer (${how})`, { reason: 'unpack_lost', words });
}
