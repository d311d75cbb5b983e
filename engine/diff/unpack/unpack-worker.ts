import { toFailedReply } from '../child/worker-reply.ts';
import { unpack } from './unpack.ts';
import type { UnpackReply, UnpackRequest } from './unpack-protocol.ts';

/**
 * Program of the child process: requests by IPC, bytes by stdin, replies by IPC; it ends after a failure and after a request
 * that does not ask it to stay. It locks itself into the target folder before it reads the first member.
 */
async function answer(request: UnpackRequest): Promise<UnpackReply> {
  try {
    const result = await unpack(request, (progress) => process.send?.({ type: 'progress', progress }));
    return { type: 'done', result };
  } catch (thrown) {
    return toFailedReply(thrown, 'unpack_failed');
  }
}

process.on('message', (request: UnpackRequest) => {
  void answer(request).then((reply) =>
    process.send?.(reply, () => {
      if (reply.type === 'failed' || !request.stays) process.exit(0);
    }),
  );
});
// Without the engine nobody waits for the result, and nobody would remove a half layer later than now.
process.once('disconnect', () => process.exit(1));
