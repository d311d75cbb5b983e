import { unpack } from './unpack.ts';
import type { UnpackReply, UnpackRequest } from './unpack-protocol.ts';
import { toFailedReply } from './worker-reply.ts';

/**
 * Program of the child process: one request by IPC, bytes by stdin, replies by IPC, then it ends.
 * It locks itself into the target folder before it reads the first member.
 */
async function answer(request: UnpackRequest): Promise<UnpackReply> {
  try {
    const result = await unpack(request, process.stdin, (progress) => process.send?.({ type: 'progress', progress }));
    return { type: 'done', result };
  } catch (thrown) {
    return toFailedReply(thrown, 'unpack_failed');
  }
}

process.once('message', (request: UnpackRequest) => {
  void answer(request).then((reply) => process.send?.(reply, () => process.exit(0)));
});
// Without the engine nobody waits for the result, and nobody would remove a half layer later than now.
process.once('disconnect', () => process.exit(1));
