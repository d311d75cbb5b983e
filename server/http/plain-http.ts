import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';

const HANDSHAKE_BYTE = 22;
const SILENCE_MS = 5_000;

/**
 * Lets a listener with TLS answer those who speak plain HTTP to it, instead of hanging up without a word. The first byte tells
 * them apart.
 */
export function answerPlainHttp(server: Server, explain: (req: IncomingMessage, res: ServerResponse) => void): void {
  const plain = createServer({ headersTimeout: 5_000, requestTimeout: 5_000, keepAlive: false }, explain);
  const secure = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const drop = () => void socket.destroy();
    socket.setTimeout(SILENCE_MS, drop);
    socket.once('error', drop);
    socket.once('data', (first: Buffer) => {
      socket.setTimeout(0);
      socket.off('timeout', drop);
      socket.off('error', drop);
      socket.pause();
      socket.unshift(first);
      if (first[0] !== HANDSHAKE_BYTE) plain.emit('connection', socket);
      else for (const accept of secure) accept.call(server, socket);
      process.nextTick(() => socket.resume());
    });
  });
}
