import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { type DefaultEventsMap, type Namespace, Server, type Socket } from 'socket.io';
import type { SessionActor } from '#server/access/index.ts';
import { type AcceptsPeer, isAllowedHost, isSameOrigin, readSessionToken } from '../http/security.ts';
import type { Services } from '../trpc/context.ts';
import { NAMESPACES } from './channels.ts';

/** Something that goes on for a client and is authorised again while it does. */
interface Subscription {
  recheck(): Promise<void>;
}

interface SocketData {
  actor: SessionActor;
  kept: Set<Subscription>;
  /** Messages that could not be used. */
  unusable?: number;
}

export type LiveSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
export type LiveNamespace = Namespace<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
type LiveServer = Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;

export interface RealtimeOptions {
  services: Services;
  hosts: ReadonlySet<string>;
  https: boolean;
  /** Default: everybody. */
  acceptsPeer?: AcceptsPeer | undefined;
  /** How often what goes on is authorised again. */
  recheckMs?: number | undefined;
}

const RECHECK_MS = 30_000;
const FLUSH_MS = 1_000;
/** Packets a client may leave unread before it is cut; it asks for what it missed when it is back. */
const MAX_UNREAD = 4_096;

/**
 * Websockets only, small messages in. Host, origin and session are looked at before the upgrade: nobody without a session gets
 * as far as a websocket.
 */
export function createSockets(http: HttpServer, opts: RealtimeOptions): LiveServer {
  const { services, hosts, https, acceptsPeer = () => true } = opts;
  const { sessions } = services.auth;
  const authenticate = async (req: IncomingMessage) => {
    const token = readSessionToken(req, https);
    return token === undefined ? undefined : sessions.authenticate(token);
  };
  const unauthenticated = (req: IncomingMessage) => {
    const token = readSessionToken(req, https);
    const reason = token === undefined ? undefined : sessions.whyEnded(token);
    return Object.assign(new Error('unauthenticated'), { data: { reason } });
  };
  const io: LiveServer = new Server(http, {
    transports: ['websocket'],
    perMessageDeflate: false,
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    allowRequest(req, done) {
      if (!acceptsPeer(req) || !isAllowedHost(req, hosts) || !isSameOrigin(req, { websocket: true }))
        return done('forbidden', false);
      authenticate(req).then(
        (session) => done(session === undefined ? 'unauthenticated' : null, session !== undefined),
        (err: unknown) => {
          services.log.error({ err }, 'a socket could not be checked');
          done('unavailable', false);
        },
      );
    },
  });
  io.engine.on('connection', cutWhenDeaf);
  for (const name of NAMESPACES) {
    // Again for each namespace: the session may have ended since the connection was made.
    io.of(name).use((socket, next) => {
      authenticate(socket.request).then(
        (session) => {
          if (session === undefined) return next(unauthenticated(socket.request));
          socket.data.actor = session.actor;
          socket.data.kept = new Set();
          return next();
        },
        (err: unknown) => {
          services.log.error({ err }, 'a socket could not be checked');
          next(new Error('unavailable'));
        },
      );
    });
    io.of(name).on('connection', (socket) => {
      // Between the look at its session and now nobody found it among the connected.
      const reason = sessions.whyEndedById(socket.data.actor.sessionId);
      if (reason !== undefined) cut(socket, reason);
    });
  }
  return io;
}

interface Connection {
  writeBuffer: readonly unknown[];
  on(event: 'packetCreate', listener: () => void): unknown;
  close(discard: boolean): void;
}

function cutWhenDeaf(connection: Connection): void {
  connection.on('packetCreate', () => {
    if (connection.writeBuffer.length > MAX_UNREAD) connection.close(true);
  });
}

/**
 * Cuts the sockets of a session the moment it ends, with the reason as `session:ended`, and asks again now and then for what
 * nobody told: the session, its role, and each subscription.
 */
export function cutWithSession(io: LiveServer, { services, recheckMs = RECHECK_MS }: RealtimeOptions): Disposable {
  const { auth, log } = services;
  const stack = new DisposableStack();
  stack.use(
    auth.sessions.onEnded(({ sessionId, reason }) => {
      for (const name of NAMESPACES) {
        for (const socket of io.of(name).sockets.values()) {
          if (socket.data.actor.sessionId === sessionId) cut(socket, reason);
        }
      }
    }),
  );
  const recheck = async () => {
    for (const name of NAMESPACES) {
      for (const socket of [...io.of(name).sockets.values()]) {
        const session = await auth.sessions.check(socket.data.actor.sessionId);
        if (session === undefined) cut(socket, auth.sessions.whyEndedById(socket.data.actor.sessionId) ?? 'ended');
        else if (session.actor.role !== socket.data.actor.role) cut(socket, 'role_changed');
        else for (const subscription of [...socket.data.kept]) await subscription.recheck();
      }
    }
  };
  const timer = setInterval(() => {
    recheck().catch((err: unknown) => log.error({ err }, 'sockets could not be checked again'));
  }, recheckMs);
  stack.defer(() => clearInterval(timer));
  return stack;
}

function cut(socket: LiveSocket, reason: string): void {
  const { conn } = socket;
  socket.emit('session:ended', { reason });
  socket.disconnect(true);
  // Closing waits for a client that does not read; it does not wait long.
  setTimeout(() => conn.close(true), FLUSH_MS).unref();
}
