import { createServer as createHttpServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { Actor } from '#server/access/index.ts';
import { createDispatch } from './dispatch.ts';
import { readableOrEnd } from './hijack.ts';
import { OpenCalls } from './open-calls.ts';
import type { DockerServices } from './route.ts';
import { DOCKER_ROUTES } from './routes.ts';

const HEADERS_MS = 15_000;
const CLOSE_MS = 2_000;

/** Who asks on a connection, found out anew at each request: roles change. */
interface Asker {
  /** For the audit log. */
  address: string;
  /** @throws EngineError `denied`, AppError `unauthenticated` */
  actor(req: IncomingMessage): Promise<Actor>;
}

/** HTTP over connections that somebody else accepted: a unix socket's, or one with TLS. */
interface Clients extends Disposable {
  /** From the first moment: its errors are nobody's else business, and it ends with the listener. */
  adopt(socket: Socket): void;
  /** Reads its requests from now on. */
  serve(socket: Socket): void;
  endIdle(): void;
  endAll(): void;
}

/** @throws Error when a route lacks what the gates need */
export function serveClients(services: DockerServices, askerOf: (socket: Socket) => Asker): Clients {
  const { log } = services;
  const openCalls = new OpenCalls(log);
  const dispatch = createDispatch(services, DOCKER_ROUTES, openCalls);
  const sockets = new Set<Socket>();
  const http = createHttpServer({ requestTimeout: 0, headersTimeout: HEADERS_MS, keepAliveTimeout: 60_000 });
  const callerOf = (req: IncomingMessage, socket: Socket) => {
    const { address, actor } = askerOf(socket);
    return { address, actor: () => actor(req) };
  };
  http.on('request', (req: IncomingMessage, res: ServerResponse) => {
    void dispatch({ req, res, ...callerOf(req, req.socket) });
  });
  http.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => {
    const res = new ServerResponse(req);
    res.shouldKeepAlive = false;
    res.assignSocket(socket);
    res.once('finish', () => {
      res.detachSocket(socket);
      socket.end();
    });
    void withBody(req, socket, head).then((upgradeHead) =>
      dispatch({ req, res, ...callerOf(req, socket), upgradeHead }),
    );
  });
  // Known to Node's http and to no type of its: with it, a client that ends its half after its request still gets the answer.
  Object.assign(http, { httpAllowHalfOpen: true });
  // It listens nowhere itself, and begins to count the time of slow clients only when told that it does.
  http.emit('listening');
  return {
    adopt(socket) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', (err) => log.debug({ err }, 'docker client went away'));
    },
    serve: (socket) => void http.emit('connection', socket),
    endIdle: () => http.closeIdleConnections(),
    endAll() {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.dispose]() {
      openCalls[Symbol.dispose]();
      http.close();
    },
  };
}

/** No new connections, the idle ones at once, the busy ones after a moment. */
export async function endListener(listener: Server, clients: Clients): Promise<void> {
  const closed = new Promise((done) => listener.close(done));
  clients.endIdle();
  const timer = setTimeout(() => clients.endAll(), CLOSE_MS);
  await closed;
  clearTimeout(timer);
  clients[Symbol.dispose]();
}

const MAX_UPGRADE_BODY = 4 * 1024 * 1024;

/** A request that asks for an upgrade may have a body: it is waited for, what follows it belongs to the stream. */
async function withBody(req: IncomingMessage, socket: Socket, head: Buffer): Promise<Buffer> {
  const length = Math.min(Number(req.headers['content-length'] ?? 0) || 0, MAX_UPGRADE_BODY);
  let read = head;
  while (read.length < length && !socket.readableEnded && !socket.destroyed) {
    const chunk: Buffer | null = socket.read();
    if (chunk !== null) read = Buffer.concat([read, chunk]);
    else await readableOrEnd(socket);
  }
  return read;
}
