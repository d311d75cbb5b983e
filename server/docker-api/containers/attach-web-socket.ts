import type { IncomingMessage } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { parseDetachKeys } from '../detach-keys.ts';
import { badRequest } from '../docker-error.ts';
import { type HijackedConnection, takeSocket } from '../hijack.ts';
import type { DockerCall } from '../route.ts';
import { type AttachWishes, attachTo, wishesOf } from './attach-container.ts';

/** More than this at once is no typing. */
const MAX_MESSAGE_BYTES = 1 << 20;

const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });

/** `GET /containers/{id}/attach/ws`: all the container says in binary messages, without frames that tell its two outputs apart. */
export async function attachWebSocket(call: DockerCall): Promise<void> {
  const { query, environment, id, req } = call;
  const wishes = wishesOf(query);
  parseDetachKeys(wishes.detachKeys);
  if (call.upgradeHead === undefined || req.headers.upgrade?.toLowerCase() !== 'websocket') {
    throw badRequest('this endpoint speaks WebSocket only', 'not_a_websocket');
  }
  const { config } = await environment.containers.inspect(id);
  // Both outputs unless one is chosen: a browser names what it types into only.
  const both = !wishes.stdout && !wishes.stderr;
  const asked: AttachWishes = { ...wishes, stdout: both || wishes.stdout, stderr: both || wishes.stderr };
  await attachTo(call, config, { ...asked, framed: false }, () => openWebSocket(call, call.upgradeHead));
}

async function openWebSocket(call: DockerCall, head: Buffer = Buffer.alloc(0)): Promise<HijackedConnection> {
  const socket = takeSocket(call);
  const opened = Promise.withResolvers<WebSocket>();
  socket.once('close', () => opened.reject(badRequest('the connection was closed before it was a WebSocket')));
  server.handleUpgrade(call.req as IncomingMessage, socket, head, opened.resolve);
  const channel = await opened.promise;
  return {
    input: messagesOf(channel),
    // Messages nobody listens for are dropped as they come.
    ignoreInput: () => undefined,
    write: (data) => send(channel, data),
    end: () => channel.close(),
  };
}

async function send(channel: WebSocket, data: Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // A browser that is gone is seen by the end of its input.
  channel.send(data, { binary: true }, () => resolve());
  await promise;
}

/** Ends with the connection; listens from the first moment, as messages do not wait. */
function messagesOf(channel: WebSocket): AsyncIterable<Buffer> {
  const waiting: Buffer[] = [];
  let wake: (() => void) | undefined;
  channel.on('message', (data: RawData) => {
    waiting.push(Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data));
    if (waiting.length > MAX_WAITING) channel.pause();
    wake?.();
  });
  channel.once('close', () => wake?.());
  // Told by the close that follows.
  channel.on('error', () => undefined);
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
        if (channel.isPaused) channel.resume();
        if (channel.readyState === channel.CLOSED) return;
        if (waiting.length > 0) continue;
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    },
  };
}

/** Messages kept for a slow process before the browser has to wait. */
const MAX_WAITING = 64;
