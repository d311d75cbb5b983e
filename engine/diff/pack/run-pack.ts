import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { EngineError, isEngineError } from '../../errors/index.ts';
import { childCancelled, childLost, startChild } from '../child/child.ts';
import type { PackReply, PackRequest, PackResult } from './pack-protocol.ts';
import type { PackProgress } from './tree-packer.ts';

const WORKER = new URL('./pack-worker.ts', import.meta.url);
const TASK = 'Packing';

interface PackJob {
  request: PackRequest;
  sink: Writable;
  signal: AbortSignal | undefined;
  onBegin: (() => void) | undefined;
  onProgress: ((progress: PackProgress) => void) | undefined;
}

/** Runs one request in a child process; settles only after it has ended and the sink has everything or is destroyed. */
export async function runPack(job: PackJob): Promise<PackResult> {
  const { signal, sink } = job;
  if (signal?.aborted === true) {
    sink.destroy();
    throw childCancelled(TASK, signal);
  }
  const child = startChild(WORKER, { stdin: 'ignore', stdout: 'pipe' });
  let cancelled = false;
  const onAbort = () => {
    cancelled = true;
    child.kill();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const { reply, sinkError } = await converse(child, job);
    if (cancelled && signal !== undefined) throw childCancelled(TASK, signal);
    if (reply?.type === 'failed' && sinkError === undefined) {
      throw new EngineError(reply.code, reply.message, reply.details);
    }
    if (sinkError !== undefined) throw sinkFailed(sinkError);
    if (reply?.type === 'done') return reply.result;
    throw childLost(TASK, child);
  } catch (error) {
    sink.destroy();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function converse(child: ReturnType<typeof startChild>, job: PackJob) {
  const { stdout } = child.process;
  if (stdout === null) throw new EngineError('internal', 'A child without a stdout', { reason: 'pack_lost' });
  const seen: { reply: PackReply | undefined; sinkError: unknown } = { reply: undefined, sinkError: undefined };
  child.process.on('message', (reply: PackReply) => {
    if (reply.type === 'progress') job.onProgress?.(reply.progress);
    else seen.reply = reply;
  });
  const closed = once(child.process, 'close');
  child.process.send(job.request, (error) => {
    if (error !== null) child.kill();
  });
  // The sink is ended only after the child has said that this was all: an archive cut short must not look whole.
  // A sink that takes nothing would otherwise keep the copy, and whoever waits for its end, for ever.
  const copy = pipeline(stdout, job.sink, { end: false, signal: job.signal }).catch((error: unknown) => {
    seen.sinkError = error;
    child.kill();
  });
  // After the pipeline listens: this one must not make the stream flow on its own.
  stdout.once('data', () => job.onBegin?.());
  await Promise.all([copy, closed]);
  if (seen.reply?.type === 'done' && seen.sinkError === undefined) await finish(job.sink, seen);
  return seen;
}

async function finish(sink: Writable, seen: { sinkError: unknown }): Promise<void> {
  const taken = finished(sink, { readable: false });
  sink.end();
  try {
    await taken;
    // One that closes without a word has not taken everything, which `finished` lets pass.
    if (!sink.writableFinished) seen.sinkError = new Error('it was closed early');
  } catch (error) {
    seen.sinkError = error;
  }
}

function sinkFailed(cause: unknown): EngineError {
  if (isEngineError(cause)) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  const details = { reason: 'sink_failed' };
  return new EngineError('unavailable', `The archive could not be written (${words})`, details, { cause });
}
