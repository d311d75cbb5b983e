import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { AppError, isServerFault } from '#server/errors/index.ts';
import type { Services } from '../trpc/context.ts';
import { appRouter } from '../trpc/router.ts';
import { sendError, sendJson, sendText } from './answer.ts';
import { compressAnswers } from './compressed-answer.ts';
import { answerPlainHttp } from './plain-http.ts';
import { type CreateContext, requestIdOf } from './request-context.ts';
import { assertRoutesGuarded, findRoute, ROUTES, serveRoute } from './routes.ts';
import { type AcceptsPeer, applyContentPolicy, applySecurityHeaders, isAllowedHost, isSameOrigin } from './security.ts';

export type HandlePage = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

interface ListenerOptions {
  services: Services;
  createContext: CreateContext;
  hosts: ReadonlySet<string>;
  https: boolean;
  tls?: { cert: Buffer; key: Buffer } | undefined;
  /** Our own authority in PEM, for everybody to download at /ca.pem. */
  authority?: Buffer | undefined;
  /** Default: everybody. */
  acceptsPeer?: AcceptsPeer | undefined;
  dev: boolean;
  /** What is not ready, with the command that mends it; empty when all is well. Read by anybody: no paths, no versions. */
  notReady(): Promise<{ code: string; fix?: string | undefined }[]>;
  /** Which events an answer that is made now shows already; told with each, so that a page knows what it has missed. */
  position?: (() => string) | undefined;
  /** Next; pages come after everything else. */
  page?: HandlePage | undefined;
}

/**
 * A request that is sent on an idle connection just while the server closes it fails. Browsers close theirs later still, so the
 * server has to be the patient one; 5 s, as Node has it, is about how often somebody clicks.
 */
const KEEP_ALIVE_MS = 60_000;

/** The one listener for people, not yet listening. Sockets join it by their own path. */
export function createListener(opts: ListenerOptions) {
  assertRoutesGuarded(ROUTES);
  const server = opts.tls === undefined ? createServer() : createTlsServer({ ...opts.tls, minVersion: 'TLSv1.2' });
  if (opts.tls !== undefined && server instanceof TlsServer) answerPlainHttp(server, explainTls);
  // Uploads take as long as they take; headers do not.
  server.requestTimeout = 0;
  server.headersTimeout = 15_000;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const compress = compressAnswers();
  const answer = createHTTPHandler({
    router: appRouter,
    basePath: '/api/trpc/',
    createContext: ({ req, res }) => opts.createContext(req, res),
    maxBodySize: 4 * 1024 * 1024,
    maxBatchSize: 50,
    responseMeta: ({ errors }) => retryAfter(errors),
  });
  const trpc = (req: IncomingMessage, res: ServerResponse): unknown => {
    compress(req, res);
    return answer(req, res);
  };
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    if (req.url?.startsWith('/socket.io/')) return;
    const requestId = requestIdOf(res);
    route(opts, trpc, req, res).catch((error: unknown) => {
      if (isServerFault(error)) opts.services.log.error({ err: error, requestId }, 'request failed');
      sendError(res, error, requestId);
    });
  });
  return server;
}

const HTTPS_ONLY = `Davit speaks https at this address: write https:// instead of http://.

A warning about an unknown authority means that this Davit signs its own certificate. Its authority can be downloaded at
/ca.pem over https; compare its SHA-256 with the one the server printed when it started, then trust it.`;

const BEHIND_PROXY = `Davit serves this address through a proxy only. Use the address of the proxy, or add this client's network to
--behind-proxy if it is one.`;

function explainTls(_req: IncomingMessage, res: ServerResponse): void {
  applySecurityHeaders(res, false);
  res.setHeader('upgrade', 'TLS/1.2, HTTP/1.1');
  sendText(res, 426, HTTPS_ONLY);
}

/** How long those have to wait who tried too often, where every client looks for it. */
function retryAfter(errors: readonly { cause?: unknown }[]): { headers?: Record<string, string> } {
  const waits = errors.flatMap(({ cause }) =>
    cause instanceof AppError && cause.code === 'throttled' ? Number(cause.details['retryAfterSeconds'] ?? 1) : [],
  );
  return waits.length === 0 ? {} : { headers: { 'retry-after': String(Math.max(...waits)) } };
}

async function route(
  opts: ListenerOptions,
  trpc: (req: IncomingMessage, res: ServerResponse) => unknown,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  applySecurityHeaders(res, opts.https);
  if (opts.acceptsPeer !== undefined && !opts.acceptsPeer(req)) return sendText(res, 403, BEHIND_PROXY);
  if (!isAllowedHost(req, opts.hosts)) return sendText(res, 421, 'This server does not have that name');
  if (!isSameOrigin(req)) return sendText(res, 403, 'This request comes from another site');
  const path = (req.url ?? '/').split('?')[0] ?? '/';
  const get = req.method === 'GET' || req.method === 'HEAD';
  if (get && path === '/healthz') return sendText(res, 200, 'ok');
  if (get && path === '/ca.pem' && opts.authority !== undefined) {
    res.setHeader('content-type', 'application/x-x509-ca-cert');
    res.setHeader('content-disposition', 'attachment; filename="davit-ca.pem"');
    return void res.end(opts.authority);
  }
  if (get && path === '/readyz') {
    const problems = await opts.notReady();
    return sendJson(res, problems.length === 0 ? 200 : 503, { ready: problems.length === 0, problems });
  }
  if (path.startsWith('/api/trpc/')) {
    res.setHeader('cache-control', 'no-store');
    // Before anything is read.
    if (opts.position !== undefined) res.setHeader('x-davit-events', opts.position());
    await trpc(req, res);
    return;
  }
  const found = findRoute(req, path);
  if (found !== undefined) {
    const ctx = await opts.createContext(req, res);
    const query = new URL(req.url ?? '/', 'http://localhost').searchParams;
    return serveRoute(found.route, { req, res, ctx, params: found.params, query });
  }
  // Pages are read: no other method gets as far as the framework.
  if (path.startsWith('/api/') || !get || opts.page === undefined) return sendText(res, 404, 'Nothing is here');
  applyContentPolicy(req, res, opts.dev);
  req.headers['x-davit-path'] = pagePathOf(req.url);
  await opts.page(req, res);
}

/** What the browser's address bar shows; sign-in leads back to it. Whatever the client calls so itself is overwritten. */
function pagePathOf(url = '/'): string {
  const [path = '/', query = ''] = url.split('?');
  const params = new URLSearchParams(query);
  // A page asked for from within another one says so in its query; nobody typed that.
  params.delete('_rsc');
  return params.size === 0 ? path : `${path}?${params}`;
}
