import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { writeAll } from './containers/write-all.ts';
import type { DockerCall } from './route.ts';
import { MULTIPLEXED, RAW } from './stdcopy.ts';
import { API_VERSION } from './versions.ts';

const hijacked = new WeakSet<ServerResponse>();

/** Whether the connection of this answer is none of HTTP's any more. */
export function isHijacked(res: ServerResponse): boolean {
  return hijacked.has(res);
}

/** A connection that has stopped being HTTP. The two sides end on their own: a client that has no more to say still listens. */
export interface HijackedConnection {
  /** What the client sends, in order; ends with its half. */
  readonly input: AsyncIterable<Buffer>;
  /** Nobody wants the input: it is read away, so that the end of the connection is seen. */
  ignoreInput(): void;
  /** Waits for a slow reader. */
  write(data: Uint8Array): Promise<void>;
  /** Ends our half, after everything written. */
  end(): void;
}

/**
 * Takes the connection over: 101 for a client that asked for an upgrade, 200 and the end of HTTP for one that did not. The head
 * leaves at once and alone, because some clients lose bytes that come together with it.
 */
export function hijack(call: DockerCall, opts: { tty: boolean }): HijackedConnection {
  const { req, level, upgradeHead } = call;
  const socket = takeSocket(call);
  const upgraded = upgradeHead !== undefined;
  const type = upgraded && level >= 42 && !opts.tty ? MULTIPLEXED : RAW;
  const lines = upgraded
    ? ['HTTP/1.1 101 UPGRADED', `Content-Type: ${type}`, 'Connection: Upgrade', 'Upgrade: tcp']
    : ['HTTP/1.1 200 OK', `Content-Type: ${type}`, `Api-Version: ${API_VERSION}`, 'Ostype: linux'];
  socket.write(`${[...lines, '', ''].join('\r\n')}`);
  const first = upgraded ? upgradeHead.subarray(Number(req.headers['content-length'] ?? 0) || 0) : Buffer.alloc(0);
  return {
    // The body of a request that was not upgraded is all such a client can send.
    input: upgraded ? chunksOf(socket, first) : (req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>),
    ignoreInput() {
      if (upgraded) socket.resume();
      else req.resume();
    },
    write: (data) => writeAll(socket, data),
    end() {
      socket.end();
    },
  };
}

/** The bare connection, which is none of HTTP's from now on. */
export function takeSocket({ req, res }: Pick<DockerCall, 'req' | 'res'>): Socket {
  const { socket } = req;
  socket.setNoDelay(true);
  socket.setTimeout(0);
  hijacked.add(res);
  res.detachSocket(socket);
  return socket;
}

/** Not the stream's own iterator: that one destroys the socket, and with it our half, when the client ends its own. */
async function* chunksOf(socket: Socket, first: Buffer): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  while (!socket.readableEnded && !socket.destroyed) {
    const chunk: Buffer | null = socket.read();
    if (chunk !== null) yield chunk;
    else await readableOrEnd(socket);
  }
}

/** Resolves when there is something to read, or never will be. */
export function readableOrEnd(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const events = ['readable', 'end', 'close'];
  const done = () => {
    for (const event of events) socket.off(event, done);
    resolve();
  };
  for (const event of events) socket.on(event, done);
  return promise;
}
