import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { EngineError } from '#engine/errors/index.ts';
import { invalidInput } from '../errors/index.ts';
import { importSettings } from '../trpc/images/images.schema.ts';
import { callerOf, requireActor } from '../trpc/procedure.ts';
import { startImageImport, startImageLoad } from '../uploads/image-operations.ts';
import { sendJson } from './answer.ts';
import { environmentOf, pathOf } from './downloads.ts';
import { findLog } from './log-download.ts';
import { bodyOf } from './request-body.ts';
import type { RouteCall } from './routes.ts';

const FORBIDDEN_TYPES = /^(multipart\/form-data|application\/x-www-form-urlencoded|text\/plain)/i;

/**
 * An archive as the body of a POST, read at the engine's pace: nothing is kept in memory. The answer comes when the bytes
 * are through; progress and outcome are the operation's, whose id is in the header `x-operation-id`. With the session the body
 * ends, and with it the operation.
 */
export async function receiveImage(kind: 'import' | 'load', { req, res, ctx, query }: RouteCall): Promise<void> {
  const actor = requireActor(ctx);
  const { services } = ctx;
  refuseFormBody(req);
  const settings = parseSettings(query);
  const environment = services.environments.get(query.get('environmentId') ?? 'local');
  const task = { services, environment, actor, objectName: settings.reference ?? query.get('fileName') ?? 'upload' };
  const open = () => Promise.resolve(bodyOf(req));
  using _ended = services.auth.sessions.onEnded(({ sessionId }) => {
    if (sessionId === actor.sessionId) req.destroy(new Error('The session ended during the upload'));
  });
  const { operationId } =
    kind === 'import' ? await startImageImport(task, settings, open) : await startImageLoad(task, open);
  // An answer before the end of the body makes browsers drop the rest of it; a failed operation reads no more.
  await Promise.race([untilRead(req), services.operations.wait(operationId)]);
  res.setHeader('x-operation-id', operationId);
  sendJson(res, 202, { operationId });
}

/** A tar for a folder of a container, as the body of a POST; like an image in everything else. */
export async function receiveFiles(call: RouteCall): Promise<void> {
  const { req, res, ctx, query } = call;
  const actor = requireActor(ctx);
  const { operations, auth } = ctx.services;
  refuseFormBody(req);
  const path = pathOf(call);
  const { id, name } = await findLog(call);
  const { containers } = environmentOf(call);
  using _ended = auth.sessions.onEnded(({ sessionId }) => {
    if (sessionId === actor.sessionId) req.destroy(new Error('The session ended during the upload'));
  });
  const request = {
    environmentId: query.get('environmentId') ?? 'local',
    kind: 'container.files-write',
    actor,
    object: { type: 'container', id, name },
  };
  const operation = await operations.start(request, async (opts) => {
    await using body = bodyOf(req);
    const settings = {
      noOverwriteDirNonDir: query.get('noOverwriteDirNonDir') === '1',
      ...opts,
      actor: callerOf(actor, opts.id),
    };
    await containers.writeArchive(id, path, body.stream, settings);
  });
  await Promise.race([untilRead(req), operations.wait(operation.id)]);
  res.setHeader('x-operation-id', operation.id);
  sendJson(res, 202, { operationId: operation.id });
}

/** Until all of the body was read or the client is gone. */
export function untilRead(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    req.once('end', resolve);
    req.once('close', resolve);
  });
}

/** Forms of other sites can send these without asking first. */
export function refuseFormBody(req: IncomingMessage): void {
  if (FORBIDDEN_TYPES.test(req.headers['content-type'] ?? ''))
    throw new EngineError('invalid_argument', 'Send the archive itself as the body', { reason: 'body_type' });
}

function parseSettings(query: URLSearchParams) {
  const given = {
    reference: query.get('reference') ?? undefined,
    changes: query.getAll('change'),
    message: query.get('message') ?? undefined,
  };
  const parsed = z.object(importSettings.shape).safeParse(given);
  if (parsed.success) return parsed.data;
  throw new EngineError('invalid_argument', 'The upload has settings that cannot be used', invalidInput(parsed.error));
}
