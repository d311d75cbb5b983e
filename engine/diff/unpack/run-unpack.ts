import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError, isEngineError } from '../../errors/index.ts';
import { childCancelled, childLost, type DiffChild, startChild } from '../child/child.ts';
import { ChildFeed } from '../child/child-feed.ts';
import type { UnpackProgress, UnpackReply, UnpackRequest, UnpackResult } from './unpack-protocol.ts';

const WORKER = new URL('./unpack-worker.ts', import.meta.url);
const TASK = 'Unpacking';

/** A child that waits for its request. */
export function startUnpacker(): DiffChild {
  return startChild(WORKER, { stdin: 'pipe', stdout: 'ignore' });
}

interface UnpackJob {
  /** Called once, when the work begins. */
  child(): DiffChild;
  request: UnpackRequest;
  /** Piped to the child unless the request names a path. */
  stream: Readable | undefined;
  signal: AbortSignal | undefined;
  onProgress: ((progress: UnpackProgress) => void) | undefined;
  /** Gets a child that stays, after it has answered. */
  keep(child: DiffChild): void;
}

/**
 * Runs one request in a child process of its own group. Settles only after the child and its programs have ended, or the
 * child has left the target and stays, so the caller may remove the target at once.
 */
export async function runUnpack(job: UnpackJob): Promise<UnpackResult> {
  const { signal } = job;
  if (signal?.aborted === true) throw childCancelled(TASK, signal);
  const child = job.child();
  let killed = false;
  const onAbort = () => {
    killed = true;
    child.kill();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const { reply, source } = await converse(child, job);
    if (killed && signal !== undefined) throw childCancelled(TASK, signal);
    if (source !== undefined) throw sourceFailed(source);
    if (reply?.type === 'done') {
      if (job.request.stays) job.keep(child);
      return reply.result;
    }
    if (reply?.type === 'failed') throw new EngineError(reply.code, reply.message, reply.details);
    throw childLost(TASK, child);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    job.stream?.destroy();
  }
}

interface Conversation {
  reply: UnpackReply | undefined;
  /** The error of the source stream, which the child sees as an early end. */
  source: unknown;
}

async function converse({ process: child, kill }: DiffChild, job: UnpackJob): Promise<Conversation> {
  const seen: Conversation = { reply: undefined, source: undefined };
  const over = Promise.withResolvers<void>();
  const onMessage = (reply: UnpackReply) => {
    if (reply.type === 'progress') {
      job.onProgress?.(reply.progress);
      return;
    }
    seen.reply = reply;
    if (reply.type === 'done' && job.request.stays) over.resolve();
  };
  const onClose = () => over.resolve();
  child.on('message', onMessage).once('close', onClose);
  child.send(job.request, (error) => {
    if (error !== null) kill();
  });
  try {
    await Promise.all([over.promise, feed(child, job, { seen, kill })]);
  } finally {
    child.off('message', onMessage).off('close', onClose);
  }
  return seen;
}

/** Hands the stream to the child's stdin, to its end or that of the child. */
async function feed(
  { stdin }: DiffChild['process'],
  { stream }: UnpackJob,
  { seen, kill }: { seen: Conversation; kill(): void },
): Promise<void> {
  if (stream === undefined || stdin === null) {
    stdin?.end();
    return;
  }
  // The pipeline hands an error of one end to the other; the first one tells where it began.
  let sourceFailedFirst = false;
  // Nobody else has the body of a request, whose parser makes each chunk anew.
  const feeding = new ChildFeed(stdin, { frees: stream instanceof IncomingMessage });
  stream.once('error', () => {
    sourceFailedFirst = !feeding.childFailed;
  });
  try {
    await pipeline(stream, feeding);
  } catch (error) {
    if (feeding.childFailed && !sourceFailedFirst) return;
    seen.source = error;
    kill();
  }
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
