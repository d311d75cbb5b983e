import { toFailedReply } from '../child/worker-reply.ts';
import { pack } from './pack.ts';
import type { PackReply, PackRequest } from './pack-protocol.ts';

/** Program of the child process: one request by IPC, the archive by stdout, replies by IPC, then it ends. */
async function answer(request: PackRequest): Promise<PackReply> {
  try {
    const result = await pack(request, process.stdout, (progress) => process.send?.({ type: 'progress', progress }));
    return { type: 'done', result };
  } catch (thrown) {
    return toFailedReply(thrown, 'pack_failed');
  }
}

process.once('message', (request: PackRequest) => {
  void answer(request).then((reply) => process.send?.(reply, () => process.exit(0)));
});
// Without the engine nobody reads what is written.
process.once('disconnect', () => process.exit(1));
