/** Docker's numbers of the streams. */
const NUMBER = { stdout: 1, stderr: 2 } as const;

/** Type of a stream with frames, and of one without. */
export const MULTIPLEXED = 'application/vnd.docker.multiplexed-stream';
export const RAW = 'application/vnd.docker.raw-stream';

/** One frame of a stream that carries stdout and stderr: number, three zeros, length, bytes. */
export function toFrame(stream: 'stdout' | 'stderr', data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head[0] = NUMBER[stream];
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data]);
}
