import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { EngineError } from '../errors/index.ts';
import { type Logger, Slots } from '../lib/index.ts';
import { childCancelled, childLost, startChild } from './child.ts';
import type { CopyReply, CopyRequest } from './copy-protocol.ts';
import { TREE_LIMITS } from './layer-limits.ts';
import type { CopiedTree, TreeCopier } from './tree-copier.ts';

const WORKER = new URL('./copy-worker.ts', import.meta.url);
const TASK = 'Copying';
const CONCURRENCY = Math.max(4, availableParallelism());
const MAX_WAITING = 64;

type Job = Parameters<TreeCopier['copy']>[0];

/** @param deps.concurrency children at once; the others wait for their turn */
export function createTreeCopier(deps: { log: Logger; concurrency?: number }): TreeCopier {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const slots = new Slots({ count: deps.concurrency ?? CONCURRENCY, maxWaiting: MAX_WAITING });

  async function inTurn(job: Job): Promise<CopiedTree> {
    const signal = job.signal === undefined ? closing.signal : AbortSignal.any([job.signal, closing.signal]);
    using _slot = await slots.acquire(signal);
    try {
      return await runCopy(job, signal);
    } catch (error) {
      if (error instanceof EngineError && error.code === 'internal') {
        deps.log.error({ err: error, from: job.from, to: job.to }, 'copying failed unexpectedly');
      }
      throw error;
    }
  }

  return {
    async copy(job) {
      const result = inTurn(job);
      running.add(result);
      try {
        return await result;
      } finally {
        running.delete(result);
      }
    },

    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}

/** Settles only after the child has ended, so that the caller may remove the target at once. */
async function runCopy({ from, to, onProgress }: Job, signal: AbortSignal): Promise<CopiedTree> {
  if (signal.aborted) throw childCancelled(TASK, signal);
  const child = startChild(WORKER, { stdin: 'ignore', stdout: 'ignore' });
  const seen: { answer: CopyReply | undefined; cancelled: boolean } = { answer: undefined, cancelled: false };
  const onAbort = () => {
    seen.cancelled = true;
    child.kill();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    child.process.on('message', (reply: CopyReply) => {
      if (reply.type === 'progress') onProgress?.(reply.progress);
      else seen.answer = reply;
    });
    const closed = once(child.process, 'close');
    child.process.send({ from, to, limits: TREE_LIMITS } satisfies CopyRequest, (error) => {
      if (error !== null) child.kill();
    });
    await closed;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  if (seen.cancelled) throw childCancelled(TASK, signal);
  if (seen.answer?.type === 'failed') {
    throw new EngineError(seen.answer.code, seen.answer.message, seen.answer.details);
  }
  if (seen.answer?.type === 'done') return seen.answer.result;
  throw childLost(TASK, child);
}
