import { once } from 'node:events';
import { EngineError, type EngineErrorCode, type ErrorDetails } from '../../errors/index.ts';
import type { Logger, OpOptions } from '../../lib/index.ts';
import { childCancelled, childLost, startChild } from '../child/child.ts';
import { ChildTurns } from '../child/child-turns.ts';
import type { FileChange, PathStat, TreeReader } from './tree-reader.ts';
import type { TreeView } from './tree-view.ts';

const WORKER = new URL('./tree-worker.ts', import.meta.url);
const TASK = 'Reading';

export type TreeRequest =
  | { kind: 'changes'; upper: string; lowerDirs: readonly string[] }
  | { kind: 'stat'; view: TreeView; path: string };

export type TreeReply =
  | { type: 'changes'; changes: FileChange[] }
  | { type: 'stat'; stat: Omit<PathStat, 'mtime'> & { mtimeMs: number } }
  | { type: 'failed'; code: EngineErrorCode; message: string; details: ErrorDetails };

/** @param deps.concurrency children at once; the others wait for their turn */
export function createTreeReader(deps: { log: Logger; concurrency?: number }): TreeReader {
  const turns = new ChildTurns(deps);
  const ask = (request: TreeRequest, opts: OpOptions) =>
    turns.run({ task: 'reading', about: { kind: request.kind }, signal: opts.signal }, async (signal, turn) => {
      using _turn = await turn();
      return await runRead(request, signal);
    });
  return {
    async changes({ signal, ...request }) {
      const reply = await ask({ kind: 'changes', ...request }, { signal });
      return reply.type === 'changes' ? reply.changes : [];
    },
    async stat({ signal, ...request }) {
      const reply = await ask({ kind: 'stat', ...request }, { signal });
      if (reply.type !== 'stat')
        throw new EngineError('internal', 'A child gave another answer', { reason: 'read_lost' });
      const { mtimeMs, ...stat } = reply.stat;
      return { ...stat, mtime: new Date(mtimeMs) };
    },
  };
}

async function runRead(request: TreeRequest, signal: AbortSignal): Promise<Exclude<TreeReply, { type: 'failed' }>> {
  if (signal.aborted) throw childCancelled(TASK, signal);
  const child = startChild(WORKER, { stdin: 'ignore', stdout: 'ignore' });
  let reply: TreeReply | undefined;
  child.process.on('message', (message: TreeReply) => {
    reply = message;
  });
  signal.addEventListener('abort', child.kill, { once: true });
  try {
    const closed = once(child.process, 'close');
    child.process.send(request, (error) => {
      if (error !== null) child.kill();
    });
    await closed;
  } finally {
    signal.removeEventListener('abort', child.kill);
  }
  if (reply?.type === 'failed') throw new EngineError(reply.code, reply.message, reply.details);
  if (reply !== undefined) return reply;
  throw signal.aborted ? childCancelled(TASK, signal) : childLost(TASK, child);
}
