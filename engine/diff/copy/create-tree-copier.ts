import { once } from 'node:events';
import { EngineError } from '../../errors/index.ts';
import type { Logger } from '../../lib/index.ts';
import { childCancelled, childLost, startChild } from '../child/child.ts';
import { ChildTurns } from '../child/child-turns.ts';
import { TREE_LIMITS } from '../layer/layer-limits.ts';
import type { CopyReply, CopyRequest } from './copy-protocol.ts';
import type { CopiedTree, TreeCopier } from './tree-copier.ts';

const WORKER = new URL('./copy-worker.ts', import.meta.url);
const TASK = 'Copying';

type Job = Parameters<TreeCopier['copy']>[0];

/** @param deps.concurrency children at once; the others wait for their turn */
export function createTreeCopier(deps: { log: Logger; concurrency?: number }): TreeCopier {
  const turns = new ChildTurns(deps);
  return {
    copy(job) {
      const { from, to, signal: asked } = job;
      return turns.run({ task: 'copying', about: { from, to }, signal: asked }, async (signal, turn) => {
        using _turn = await turn();
        return await runCopy(job, signal);
      });
    },
    [Symbol.asyncDispose]: () => turns[Symbol.asyncDispose](),
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
