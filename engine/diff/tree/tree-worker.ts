import { toFailedReply } from '../child/worker-reply.ts';
import type { TreeReply, TreeRequest } from './create-tree-reader.ts';
import { listChanges } from './list-changes.ts';
import { statPath } from './stat-path.ts';

/** Program of the child process: one request and one reply by IPC, then it ends. */
function answer(request: TreeRequest): TreeReply {
  try {
    if (request.kind === 'changes') return { type: 'changes', changes: listChanges(request) };
    return { type: 'stat', stat: statPath(request) };
  } catch (thrown) {
    return toFailedReply(thrown, 'read_failed');
  }
}

process.once('message', (request: TreeRequest) => {
  process.send?.(answer(request), () => process.exit(0));
});
// Without the engine nobody waits for the answer.
process.once('disconnect', () => process.exit(1));
