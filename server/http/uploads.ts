import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { EngineError } from '#engine/errors/index.ts';
import { importSettings } from '../trpc/images/images.schema.ts';
import { requireActor } from '../trpc/procedure.ts';
import { startImageImport, startImageLoad } from '../uploads/image-operations.ts';
import type { RemoteSource } from '../uploads/remote-source.ts';
import { sendJson } from './answer.ts';
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

function interrupted(doneBytes: number, totalBytes: number | undefined, cause?: unknown): EngineError {
  const whole = totalBytes === undefined ? '' : ` of ${totalBytes}`;
  const message = `The upload was interrupted after ${doneBytes}${whole} bytes`;
  const details = { reason: 'upload_interrupted', doneBytes, ...(totalBytes !== undefined && { totalBytes }) };
  return new EngineError('unavailable', message, details, { cause });
}

function untilRead(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    req.once('end', resolve);
    req.once('close', resolve);
  });
}

/** Forms of other sites can send these without asking first. */
function refuseFormBody(req: IncomingMessage): void {
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
  const fields = parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), reason: issue.message }));
  throw new EngineError('invalid_argument', 'The upload has settings that cannot be used', {
    reason: 'invalid_input',
    fields,
  });
}

function bodyOf(req: IncomingMessage): RemoteSource {
  const length = Number(req.headers['content-length']);
  const totalBytes = Number.isSafeInteger(length) && length > 0 ? length : undefined;
  let doneBytes = 0;
  const read = async function* () {
    // Not destroyed with its reader: the answer to a failed upload still goes through this connection.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      doneBytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  };
  const stream = Readable.from(read(), { objectMode: false });
  // Before the reader sees an end that is none, or while it still waits for its turn.
  req.once('close', () => {
    if (!req.complete) stream.destroy(interrupted(doneBytes, totalBytes));
  });
  // Without a listener the request keeps a reset connection to itself and only closes.
  req.once('error', (cause) => stream.destroy(interrupted(doneBytes, totalBytes, cause)));
  return {
    stream,
    totalBytes,
    [Symbol.asyncDispose]: async () => {
      req.resume();
    },
  };
}
