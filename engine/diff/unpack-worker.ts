import { isEngineError } from '../errors/index.ts';
import { systemCode, toEngineError } from './posix.ts';
import { unpack } from './unpack.ts';
import type { UnpackReply, UnpackRequest } from './unpack-protocol.ts';

/**
 * Program of the child process: one request by IPC, bytes by stdin, replies by IPC, then it ends.
 * It locks itself into the target folder before it reads the first member.
 */
async function answer(request: UnpackRequest): Promise<UnpackReply> {
  try {
    const result = await unpack(request, process.stdin, (progress) => process.send?.({ type: 'progress', progress }));
    return { type: 'done', result };
  } catch (thrown) {
    const error = toEngineError(thrown);
    if (isEngineError(error))
      return { type: 'failed', code: error.code, message: error.message, details: error.details };
    const message = error instanceof Error ? error.message : String(error);
    return {
      type: 'failed',
      code: 'internal',
      message,
      details: { reason: 'unpack_failed', errno: systemCode(error) },
    };
  }
}

process.once('message', (request: UnpackRequest) => {
  void answer(request).then((reply) => process.send?.(reply, () => process.exit(0)));
});
// Without the engine nobody waits for the result, and nobody would remove a half layer later than now.
process.once('disconnect', () => process.exit(1));
