import { chmod, chown, lstat, mkdir, readFile, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { EngineError, errnoOf } from '#engine/errors/index.ts';
import type { Engine } from '#engine/index.ts';
import type { Logger } from '#engine/lib/index.ts';
import { createPeerActors } from './peer-actor.ts';
import type { DockerServices } from './route.ts';
import { endListener, serveClients } from './serve-clients.ts';

const GROUP = 'davit';
/** More than this many clients at once is no crowd but a mistake. */
const MAX_CONNECTIONS = 4_096;

interface UnixSocketOptions {
  /** Path of the unix socket; what a server that ended left there is replaced. */
  path: string;
  services: DockerServices;
  engine: Pick<Engine, 'peerCredentials'>;
  log: Logger;
  /** Name of an account of the host; for tests. */
  accountName?: (uid: number) => Promise<string | undefined>;
}

/**
 * Opens the socket for docker clients of this host. Disposing ends its connections and removes it.
 * @throws EngineError `unavailable` when another server listens there, or the path is taken by something else
 */
export async function openUnixSocket(opts: UnixSocketOptions): Promise<AsyncDisposable> {
  const { path, services, engine, log } = opts;
  const peers = createPeerActors(services.auth, opts.accountName);
  const uids = new WeakMap<Socket, number>();
  const clients = serveClients(services, (socket) => ({
    address: 'unix',
    actor: async () => {
      const uid = uids.get(socket);
      if (uid === undefined) throw new EngineError('denied', 'Nobody is known at the other end of this connection');
      return peers.actorOf(uid);
    },
  }));
  // Nothing is read before the kernel has said who it is.
  const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    clients.adopt(socket);
    admitPeer(socket, engine).then(
      (uid) => {
        uids.set(socket, uid);
        clients.serve(socket);
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
  return { [Symbol.asyncDispose]: () => endListener(listener, clients) };
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
