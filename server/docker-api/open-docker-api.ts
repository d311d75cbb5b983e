import { chmod, chown, lstat, mkdir, readFile, stat, unlink } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { EngineError, errnoOf } from '#engine/errors/index.ts';
import type { Engine } from '#engine/index.ts';
import type { Logger } from '#engine/lib/index.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { readableOrEnd } from './hijack.ts';
import { createPeerActors, type PeerActors } from './peer-actor.ts';
import type { DockerServices } from './route.ts';
import { DOCKER_ROUTES } from './routes.ts';

const GROUP = 'davit';
const HEADERS_MS = 15_000;
const CLOSE_MS = 2_000;
/** More than this many clients at once is no crowd but a mistake. */
const MAX_CONNECTIONS = 4_096;

interface DockerApiOptions {
  /** Path of the unix socket; what a server that ended left there is replaced. */
  path: string;
  services: DockerServices;
  engine: Pick<Engine, 'peerCredentials'>;
  log: Logger;
  /** Name of an account of the host; for tests. */
  accountName?: (uid: number) => Promise<string | undefined>;
}

/**
 * Opens the socket for docker clients. Disposing ends its connections and removes it.
 * @throws EngineError `unavailable` when another server listens there, or the path is taken by something else
 */
export async function openDockerApi(opts: DockerApiOptions): Promise<AsyncDisposable> {
  const { path, services, engine, log } = opts;
  const dispatch = createDispatch(services, DOCKER_ROUTES);
  const peers = createPeerActors(services.auth, opts.accountName);
  const sockets = new Set<Socket>();
  const uids = new WeakMap<Socket, number>();
  const http = createHttpServer({ requestTimeout: 0, headersTimeout: HEADERS_MS, keepAliveTimeout: 60_000 });
  serveHttp(http, dispatch, peers, uids);
  // Nothing is read before the kernel has said who it is.
  const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', (err) => log.debug({ err }, 'docker client went away'));
    admitPeer(socket, engine).then(
      (uid) => {
        uids.set(socket, uid);
        http.emit('connection', socket);
        socket.resume();
      },
      (err: unknown) => {
        log.warn({ err }, 'a docker client without credentials was turned away');
        socket.destroy();
      },
    );
  });
  listener.maxConnections = MAX_CONNECTIONS;
  await makeRoom(path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await listen(listener, path);
  await setAccess(path, log);
  log.info({ path }, 'docker clients are served');
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => listener.close(done));
      http.closeIdleConnections();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_MS);
      await closed;
      clearTimeout(timer);
      http.close();
    },
  };
}

type HttpServer = ReturnType<typeof createHttpServer>;

function serveHttp(http: HttpServer, dispatch: Dispatch, peers: PeerActors, uids: WeakMap<Socket, number>): void {
  const actorOf = (socket: Socket) => async () => {
    const uid = uids.get(socket);
    if (uid === undefined) throw new EngineError('denied', 'Nobody is known at the other end of this connection');
    return peers.actorOf(uid);
  };
  http.on('request', (req: IncomingMessage, res: ServerResponse) => {
    void dispatch({ req, res, actor: actorOf(req.socket) });
  });
  http.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => {
    const res = new ServerResponse(req);
    res.shouldKeepAlive = false;
    res.assignSocket(socket);
    res.once('finish', () => {
      res.detachSocket(socket);
      socket.end();
    });
    void withBody(req, socket, head).then((upgradeHead) => dispatch({ req, res, actor: actorOf(socket), upgradeHead }));
  });
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

/** @throws EngineError `denied` for a connection that has no descriptor any more */
async function admitPeer(socket: Socket, engine: Pick<Engine, 'peerCredentials'>): Promise<number> {
  const { _handle: handle } = socket as Socket & { _handle?: { fd?: number } | null };
  const gone = () => new EngineError('denied', 'The connection was closed before it was known whose it is');
  if (handle?.fd === undefined || handle.fd < 0) throw gone();
  const { uid } = await engine.peerCredentials(handle.fd);
  // Its number may have gone to the next connection meanwhile, which may be somebody else's.
  if (socket.destroyed || (socket as { _handle?: unknown })._handle !== handle) throw gone();
  return uid;
}

async function makeRoom(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  if (!found.isSocket()) throw taken(path, 'is not a socket');
  if (await answers(path)) throw taken(path, 'is used by another program');
  await unlink(path);
}

function taken(path: string, why: string): EngineError {
  const words = `The socket for docker clients cannot be opened: ${path} ${why}; choose another with --docker-socket`;
  return new EngineError('unavailable', words, { reason: 'docker_socket_taken', path });
}

function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function listen(listener: ReturnType<typeof createServer>, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  listener.once('error', reject);
  // Closed to everybody until owner and mode are set: a umask belongs to the whole process, but nothing else is made in this tick.
  const mask = process.umask(0o177);
  try {
    listener.listen(path, resolve);
  } finally {
    process.umask(mask);
  }
  await promise;
  listener.off('error', reject);
}

/** Members of the group may knock; what they may do is decided by who they are. */
async function setAccess(path: string, log: Logger): Promise<void> {
  const gid = await groupId();
  if (gid === undefined) {
    log.info({ path }, `there is no group ${GROUP}: only root can use the socket for docker clients`);
    return chmod(path, 0o600);
  }
  await chown(path, 0, gid);
  await chmod(path, 0o660);
  const folder = dirname(path);
  const { mode } = await stat(folder);
  // Ours alone until now: the group may pass through it, and still not look around.
  if ((mode & 0o077) !== 0) return;
  await chown(folder, 0, gid);
  await chmod(folder, 0o710);
}

async function groupId(): Promise<number | undefined> {
  const text = await readFile('/etc/group', 'utf8').catch(() => '');
  const line = text.split('\n').find((row) => row.startsWith(`${GROUP}:`));
  const gid = Number(line?.split(':')[2]);
  return line === undefined || !Number.isInteger(gid) ? undefined : gid;
}
