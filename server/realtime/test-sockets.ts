import assert from 'node:assert/strict';
import { io, type Socket } from 'socket.io-client';
import type { TestServer } from '../http/test-server.ts';

/** A command that a test starts takes seconds of a busy machine. */
export const LONG_MS = 60_000;

/** A socket of its own connection, gone with the test. */
export function openSocket(server: TestServer, namespace: string, headers: Record<string, string>): Socket {
  const socket = io(`${server.url}${namespace}`, {
    transports: ['websocket'],
    extraHeaders: headers,
    forceNew: true,
    reconnection: false,
  });
  server.stack.defer(() => void socket.disconnect());
  return socket;
}

/** The first of these events with what it carries. */
export function first(socket: Socket, ...events: string[]): Promise<[string, unknown]> {
  const { promise, resolve, reject } = Promise.withResolvers<[string, unknown]>();
  const timer = setTimeout(() => reject(new Error(`none of ${events.join(', ')} came`)), LONG_MS);
  // Where something else came first nobody waits for it to end.
  timer.unref();
  for (const event of events) {
    socket.once(event, (value: unknown) => {
      clearTimeout(timer);
      resolve([event, value]);
    });
  }
  return promise;
}

export async function connected(
  server: TestServer,
  namespace: string,
  headers: Record<string, string>,
): Promise<Socket> {
  const socket = openSocket(server, namespace, headers);
  const [event] = await first(socket, 'connect', 'connect_error');
  assert.equal(event, 'connect');
  return socket;
}

/** What a handler does shows in the calls of the engine. */
export async function untilCalled(server: TestServer, name: string): Promise<[string, unknown]> {
  const deadline = Date.now() + LONG_MS;
  while (!server.calls.includes(name) && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 20).unref());
  }
  return ['called', name];
}
