import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { EngineError } from '#engine/errors/index.ts';
import type { Logger } from '#engine/lib/index.ts';
import type { Actor } from '#server/access/index.ts';
import type { Auth } from '#server/auth/index.ts';
import { AppError } from '#server/errors/index.ts';
import { answerPlainHttp } from '../http/index.ts';
import { type DockerTls, toFingerprint } from '../tls/index.ts';
import { sendText } from './answer.ts';
import type { DockerServices } from './route.ts';
import { endListener, serveClients } from './serve-clients.ts';

const MAX_CONNECTIONS = 4_096;
const HANDSHAKE_MS = 10_000;

interface TcpListenerOptions {
  listen: { host: string; port: number };
  tls: DockerTls;
  services: DockerServices;
  log: Logger;
}

/** The open listener; its certificate can be changed while it runs. */
interface TcpListener extends AsyncDisposable {
  /** `HOST:PORT`, with the port the system chose for 0. */
  readonly address: string;
  renew(tls: DockerTls): void;
}

/**
 * Serves docker clients over TCP, always with TLS: who they are is said by a client certificate of our authority, or by an access
 * token in the `Authorization` header.
 * @throws EngineError `unavailable` when the address is taken
 */
export async function openTcpListener(opts: TcpListenerOptions): Promise<TcpListener> {
  const { listen, tls, services, log } = opts;
  const clients = serveClients(services, (socket) => {
    // Read while it is open: who goes on to be asked about may share a credential with a connection that has ended.
    const shown = { address: addressOf(socket), fingerprint: fingerprintOf(socket as TLSSocket) };
    return { address: shown.address, actor: (req) => identify(req, shown, services.auth) };
  });
  const listener = createServer(
    {
      ...toSecureOptions(tls),
      minVersion: 'TLSv1.2',
      // A client with a token needs no certificate; a certificate that is shown and not ours is worth nothing.
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: HANDSHAKE_MS,
      allowHalfOpen: true,
    },
    (socket) => {
      clients.adopt(socket);
      clients.serve(socket);
    },
  );
  // In Go's words, which clients show as they are.
  answerPlainHttp(listener, (_req, res) => sendText(res, 400, 'Client sent an HTTP request to an HTTPS server.\n'));
  listener.maxConnections = MAX_CONNECTIONS;
  listener.on('tlsClientError', (err: NodeJS.ErrnoException, socket) => {
    log.debug({ err }, 'a docker client did not get through the TLS handshake');
    socket.destroy();
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  listener.once('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') return reject(cause);
    const words = `${listen.host} port ${listen.port} is used by another program; choose another with --docker-tcp HOST:PORT`;
    return reject(new EngineError('unavailable', words, { reason: 'listen_in_use', ...listen }, { cause }));
  });
  listener.listen(listen.port, listen.host, resolve);
  await promise;
  const bound = listener.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port;
  const address = `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`;
  log.info({ address }, 'docker clients are served over TLS');
  return {
    address,
    renew: (next) => listener.setSecureContext(toSecureOptions(next)),
    [Symbol.asyncDispose]: () => endListener(listener, clients),
  };
}

function toSecureOptions({ cert, key, clientAuthority }: DockerTls) {
  return { cert, key, ca: clientAuthority };
}

function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
}

/** Of a certificate whose signature is ours. */
function fingerprintOf(socket: TLSSocket): string | undefined {
  if (!socket.authorized) return undefined;
  const { fingerprint256 } = socket.getPeerCertificate();
  return fingerprint256 ? toFingerprint(fingerprint256) : undefined;
}

interface Shown {
  address: string;
  fingerprint: string | undefined;
}

/**
 * A token, where one is given, else the certificate.
 * @throws AppError `unauthenticated`; EngineError `denied` for a page in a browser
 */
async function identify(req: IncomingMessage, shown: Shown, auth: Auth): Promise<Actor> {
  // A browser shows a certificate it has to whatever page asks: no page is a docker client.
  if (req.headers.origin !== undefined || req.headers['sec-fetch-mode'] !== undefined) {
    throw new EngineError('denied', 'This address is for docker clients, not for browsers', { reason: 'browser' });
  }
  const { authorization } = req.headers;
  const actor =
    authorization === undefined ? await byCertificate(shown, auth) : await byToken(authorization, shown, auth);
  if (actor === undefined) throw notKnown(authorization === undefined ? 'certificate' : 'token');
  return actor;
}

async function byToken(header: string, { address }: Shown, { credentials }: Auth): Promise<Actor | undefined> {
  const [, token] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  return token === undefined ? undefined : credentials.actorOfToken(token, address);
}

async function byCertificate({ address, fingerprint }: Shown, { credentials }: Auth): Promise<Actor | undefined> {
  return fingerprint === undefined ? undefined : credentials.actorOfCertificate(fingerprint, address);
}

function notKnown(shown: 'certificate' | 'token'): AppError {
  const words = {
    token: 'The access token is unknown, revoked or expired, or its user is disabled',
    certificate:
      'unauthorized: show a client certificate of this server, or an access token (HttpHeaders in ~/.docker/config.json); both are made on the account page',
  };
  return new AppError('unauthenticated', words[shown], { reason: `${shown}_unknown` });
}
