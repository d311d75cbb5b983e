import { constants } from 'node:fs';
import { toFailedReply } from '../child/worker-reply.ts';
import { readableName } from '../corrupt.ts';
import { enterRoot, harden, OPEN_FOLDER, openAt } from '../file/posix.ts';
import { SpaceGuard } from '../file/space-guard.ts';
import type { CopyReply, CopyRequest } from './copy-protocol.ts';
import { NodeCopier } from './node-copier.ts';
import type { CopiedTree } from './tree-copier.ts';

const PROGRESS_MS = 100;
const AT_FDCWD = -100;

/** Program of the child process: one request by IPC, replies by IPC, then it ends. */
function answer(request: CopyRequest): CopyReply {
  try {
    return { type: 'done', result: copy(request) };
  } catch (thrown) {
    return toFailedReply(thrown, 'copy_failed');
  }
}

/** Both folders are opened first, then the target becomes the root of this process. */
function copy({ from, to, limits }: CopyRequest): CopiedTree {
  const open = (path: string, flags: number) => openAt(AT_FDCWD, Buffer.from(path).toString('latin1'), flags);
  const sourceFd = open(from, constants.O_RDONLY | constants.O_DIRECTORY);
  const procFd = open('/proc/self/fd', constants.O_RDONLY | constants.O_DIRECTORY);
  const rootFd = open(to, OPEN_FOLDER);
  process.umask(0);
  enterRoot(rootFd);
  harden();
  const guard = new SpaceGuard(limits, '/');
  let last = performance.now();
  using copier = new NodeCopier({ rootFd, procFd, guard, onProgress: tick });
  function tick(): void {
    if (performance.now() - last < PROGRESS_MS) return;
    last = performance.now();
    const progress = { copiedBytes: guard.bytes, entries: guard.entries, name: readableName(copier.name) };
    process.send?.({ type: 'progress', progress });
  }
  copier.copy(sourceFd);
  const { sharedBytes, notes } = copier;
  return { entries: guard.entries, copiedBytes: guard.bytes, sharedBytes, notes };
}

process.once('message', (request: CopyRequest) => {
  process.send?.(answer(request), () => process.exit(0));
});
process.once('disconnect', () => process.exit(1));
