import type { Server as HttpServer } from 'node:http';
import { type DefaultEventsMap, type Namespace, Server, type Socket } from 'socket.io';
import { isAllowedHost, isSameOrigin, readSessionToken } from '../http/security.ts';
import type { Services, SessionActor } from '../trpc/context.ts';

interface SocketData {
  actor: SessionActor;
}

export type LiveSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
export type LiveNamespace = Namespace<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
type LiveServer = Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;

export interface RealtimeOptions {
  services: Services;
  hosts: ReadonlySet<string>;
  https: boolean;
}

const RECHECK_MS = 30_000;
const NAMESPACES = ['/', '/logs', '/terminal', '/stats'] as const;

/** Websockets only, small messages in, and nobody without a session in any namespace. */
export function createSockets(http: HttpServer, opts: RealtimeOptions): LiveServer {
  const { services, hosts, https } = opts;
  const io: LiveServer = new Server(http, {
    transports: ['websocket'],
    perMessageDeflate: false,
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    allowRequest: (req, done) => done(null, isAllowedHost(req, hosts) && isSameOrigin(req, { websocket: true })),
  });
  for (const name of NAMESPACES) {
    io.of(name).use((socket, next) => {
      const token = readSessionToken(socket.request, https);
      const found = token === undefined ? Promise.resolve(undefined) : services.auth.sessions.authenticate(token);
      found.then(
        (session) => {
          if (session === undefined) return next(new Error('unauthenticated'));
          socket.data.actor = session.actor;
          void socket.join(roomOf(session.id));
          return next();
        },
        (err: unknown) => {
          services.log.error({ err }, 'a socket could not be checked');
          next(new Error('unavailable'));
        },
      );
    });
  }
  return io;
}

/** Cuts the sockets of a session the moment it ends, and looks again now and then for what nobody told. */
export function cutWithSession(io: LiveServer, { auth, log }: Services): Disposable {
  const stack = new DisposableStack();
  const cut = (sessionId: string) => {
    for (const name of NAMESPACES) io.of(name).in(roomOf(sessionId)).disconnectSockets(true);
  };
  stack.use(auth.sessions.onEnded(({ sessionId }) => cut(sessionId)));
  const recheck = async () => {
    for (const name of NAMESPACES) {
      for (const socket of io.of(name).sockets.values()) {
        const session = await auth.sessions.check(socket.data.actor.sessionId);
        if (session === undefined || session.actor.role !== socket.data.actor.role) socket.disconnect(true);
      }
    }
  };
  const timer = setInterval(() => {
    recheck().catch((err: unknown) => log.error({ err }, 'sockets could not be checked again'));
  }, RECHECK_MS);
  stack.defer(() => clearInterval(timer));
  return stack;
}

function roomOf(sessionId: string): string {
  return `session:${sessionId}`;
}
