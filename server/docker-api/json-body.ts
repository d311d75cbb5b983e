import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { AppError } from '#server/errors/index.ts';
import { JsonObject } from './codec/json-object.ts';
import { badRequest } from './docker-error.ts';
import { jsonComplaint } from './json-syntax.ts';
import type { DockerCall } from './route.ts';
import { assertShape, type BodyShape } from './shapes/shape.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The JSON object of a request.
 * @throws EngineError `invalid_argument` in dockerd's words; AppError `payload_too_large`
 */
export async function readJson(call: Pick<DockerCall, 'req' | 'upgradeHead'>): Promise<JsonObject> {
  const found = await readOptionalJson(call);
  if (found === undefined) throw badRequest('invalid JSON: got EOF while reading request body', 'body_missing');
  return found;
}

/** The same where a request without a body is fine. */
export async function readOptionalJson(call: Pick<DockerCall, 'req' | 'upgradeHead'>): Promise<JsonObject | undefined> {
  const parsed = await readParsed(call);
  if (parsed === undefined) return undefined;
  return parsed === null ? JsonObject.empty() : JsonObject.from(parsed, '');
}

/** @throws EngineError `invalid_argument` for a body that is no JSON or has a value of the wrong kind */
export async function assertBody(call: Pick<DockerCall, 'req' | 'upgradeHead'>, shape: BodyShape): Promise<void> {
  const parsed = await readParsed(call);
  if (parsed !== undefined) assertShape(parsed, shape);
}

const BODIES = new WeakMap<IncomingMessage, Promise<unknown>>();

/** A body is read once, however often it is asked for; undefined for none. */
function readParsed(call: Pick<DockerCall, 'req' | 'upgradeHead'>): Promise<unknown> {
  const body = BODIES.get(call.req) ?? parseBody(call);
  BODIES.set(call.req, body);
  return body;
}

async function parseBody(call: Pick<DockerCall, 'req' | 'upgradeHead'>): Promise<unknown> {
  const type = call.req.headers['content-type'];
  const text = (await readBody(call)).toString('utf8');
  if (text.trim() === '') return undefined;
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    const words = `unsupported Content-Type header (${type ?? ''}): must be 'application/json'`;
    throw badRequest(words, 'content_type');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(jsonComplaint(text, error), 'body_invalid');
  }
}

async function readBody({ req, upgradeHead }: Pick<DockerCall, 'req' | 'upgradeHead'>): Promise<Buffer> {
  const length = Number(req.headers['content-length'] ?? 0);
  if (length > MAX_BYTES) throw tooLarge();
  if (upgradeHead !== undefined) return upgradeHead.subarray(0, length);
  return buffer(limited(req));
}

async function* limited(req: IncomingMessage): AsyncGenerator<Buffer> {
  let bytes = 0;
  // Not destroyed when it is too much: the answer goes through the same connection.
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw tooLarge();
    yield chunk;
  }
}

function tooLarge(): AppError {
  return new AppError('payload_too_large', 'http: request body too large', { maxBytes: MAX_BYTES });
}
