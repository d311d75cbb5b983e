import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EngineError } from '#engine/errors/index.ts';
import { type Actor, can, missingScope, type Permission, type Resource } from '#server/access/index.ts';
import type { AuditResult } from '#server/audit/index.ts';
import { withoutSync } from '#server/db/index.ts';
import { codeOf, deniedError, isServerFault } from '#server/errors/index.ts';
import { LOCAL } from '../environments/index.ts';
import { applyCommonHeaders, sendError, sendNotFound, sendPlainError, sendText } from './answer.ts';
import { badRequest } from './docker-error.ts';
import { isHijacked } from './hijack.ts';
import { assertBody } from './json-body.ts';
import type { OpenCalls } from './open-calls.ts';
import { compileRoutes, type DockerCall, type DockerRoute, type DockerServices, matchRoute } from './route.ts';
import { API_VERSION, MIN_API_VERSION, parseVersionedPath } from './versions.ts';

/** One request of the Docker API from its first line to its last byte. Never rejects. */
type Dispatch = (request: {
  req: IncomingMessage;
  res: ServerResponse;
  /** Who is at the other end; rejects with `denied` or `unauthenticated`. Asked again while the request goes on. */
  actor(): Promise<Actor>;
  /** Where from, for the audit log. */
  address: string;
  upgradeHead?: Buffer | undefined;
}) => Promise<void>;

/** @throws Error when a route lacks what the gates need */
export function createDispatch(
  services: DockerServices,
  routes: readonly DockerRoute[],
  openCalls: Pick<OpenCalls, 'watch'>,
): Dispatch {
  const table = compileRoutes(routes);
  return async ({ req, res, actor, address, upgradeHead }) => {
    const requestId = randomUUID();
    applyCommonHeaders(res, services.version);
    let route: DockerRoute | undefined;
    try {
      const url = req.url ?? '/';
      const mark = url.indexOf('?');
      const path = mark === -1 ? url : url.slice(0, mark);
      if (path.includes('//')) return redirect(res, path.replaceAll(/\/{2,}/g, '/'), url.slice(path.length));
      const versioned = parseVersionedPath(path);
      if (versioned.kind === 'too-old') return sendTooOld(res, versioned.asked);
      if (versioned.kind === 'too-new') {
        const words = `client version ${versioned.asked} is too new. Maximum supported API version is ${API_VERSION}`;
        throw badRequest(words, 'version_too_new');
      }
      const { level, rest } = versioned;
      const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
      const found = matchRoute(table, req.method ?? 'GET', rest, level, query);
      if (found === undefined) return sendNotFound(res);
      const environment = services.environments.get(LOCAL);
      const { params } = found;
      route = found.route;
      const shared = { req, res, services, environment, requestId, address, level, params, query, upgradeHead };
      const asking = await actor();
      using _watch = openCalls.watch(req.socket, asking, actor);
      const signal = abortedWith(req, res);
      await serve(route, { ...shared, actor: asking, signal });
      // Nobody waits for the rest of it.
      if (signal.aborted && !res.writableEnded && !isHijacked(res)) req.socket.destroy();
    } catch (error) {
      if (isServerFault(error)) services.log.error({ err: error, requestId }, 'docker request failed');
      else services.log.info({ code: codeOf(error), requestId }, 'docker request refused');
      if (isHijacked(res)) req.socket.end();
      else if (route?.plainErrors && codeOf(error) !== 'invalid_argument') sendPlainError(res, error, requestId);
      else sendError(res, error, requestId);
    }
  };
}

/** Object, permission, audit row, and only then the handler: the order of every entrance. */
async function serve(route: DockerRoute, asked: Omit<DockerCall, 'id'>): Promise<void> {
  const { actor, address, services, requestId } = asked;
  const [kind = ''] = route.permission.split(':');
  if (route.takesJson !== undefined) await assertBody(asked, route.takesJson, route.bodyLeniency);
  const { resource, ...object } = route.find === undefined ? { type: kind } : await route.find(asked);
  const record = async (result: AuditResult, details?: Record<string, unknown>): Promise<void> => {
    if (route.audit === null) return;
    const entry = { requestId, environmentId: LOCAL, actor, address, action: route.audit, object };
    const append = () => services.audit.append({ ...entry, result, details });
    await (result === 'allowed' && route.auditTakenAlong === true ? withoutSync(append) : append());
  };
  if (route.permission !== 'account' && !can(actor, route.permission, resource)) {
    const error = denial(actor, route.permission, resource);
    await record('denied', { code: codeOf(error) });
    throw error;
  }
  await record('allowed');
  try {
    await route.handle({ ...asked, id: object.id ?? '' });
  } catch (error) {
    await record('failed', { code: codeOf(error) });
    throw error;
  }
}

/** A token that lacks a scope is another thing than a role that lacks a right. */
function denial(actor: Actor, permission: Permission, resource: Resource | undefined): Error {
  const scope = missingScope(permission, actor.scopes);
  if (scope === undefined || !can({ ...actor, scopes: undefined }, permission, resource))
    return deniedError(permission);
  const words = `This token lacks the scope ${scope}, which ${permission} needs`;
  return new EngineError('denied', words, { reason: 'scope_missing', scope, permission });
}

/** A client that ends its half may only have no more to say, or be gone: nobody can tell. It gets what is ready soon. */
const HALF_CLOSED_MS = 1_000;

function abortedWith(req: IncomingMessage, res: ServerResponse): AbortSignal {
  const { socket } = req;
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const gone = () => {
    if (!res.writableFinished) controller.abort();
  };
  const halfGone = () => {
    // The input of a connection that was taken over ends when it likes.
    timer = setTimeout(() => isHijacked(res) || gone(), HALF_CLOSED_MS);
  };
  socket.once('close', gone);
  if (socket.readableEnded) halfGone();
  else socket.once('end', halfGone);
  res.once('close', () => {
    gone();
    clearTimeout(timer);
    // The connection may carry many more requests.
    socket.off('close', gone);
    socket.off('end', halfGone);
  });
  return controller.signal;
}

/** Names may be written with a slash in front, as `inspect` prints them. */
function redirect(res: ServerResponse, path: string, query: string): void {
  res.writeHead(301, { Location: `${path}${query}`, 'Content-Length': 0 }).end();
}

function sendTooOld(res: ServerResponse, asked: string): void {
  const words = `client version ${asked} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version\n`;
  sendText(res, 400, words);
}
