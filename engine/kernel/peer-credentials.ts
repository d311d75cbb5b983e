import type { PeerCredentials } from './kernel.ts';
import type { Syscalls } from './syscalls.ts';

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/** Never blocks: the kernel keeps the answer with the socket. */
export function peerCredentials(sys: Pick<Syscalls, 'getsockopt'>, fd: number): PeerCredentials {
  const ucred = Buffer.alloc(12);
  sys.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ucred);
  return { pid: ucred.readInt32LE(0), uid: ucred.readUInt32LE(4), gid: ucred.readUInt32LE(8) };
}
