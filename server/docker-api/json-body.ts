import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { EngineError } from '#engine/errors/index.ts';
import { AppError } from '#server/errors/index.ts';
import { JsonObject } from './codec/json-object.ts';
import { contentTypeComplaint } from './content-type.ts';
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
  if (found === undefined) throw bodyMissing();
  return found;
}

/** The same where a request without a body is fine. */
export async function readOptionalJson(call: Pick<DockerCall, 'req' | 'upgradeHead'>): Promise<JsonObject | undefined> {
  const parsed = await readParsed(call);
  if (parsed === undefined) return undefined;
  return parsed === null ? JsonObject.empty() : JsonObject.from(parsed, '');
}

/** What an endpoint of dockerd takes that the others refuse. */
export interface BodyLeniency {
  /** Whatever the `Content-Type` says. */
  anyType?: true;
  /** A body whose length is not told may be empty. */
  mayBeEmpty?: true;
}

/**
 * Read by this first, a body is read with its endpoint's leniency.
 *
 * @throws EngineError `invalid_argument` for a body that is no JSON or has a value of the wrong kind
 */
export async function assertBody(
  call: Pick<DockerCall, 'req' | 'upgradeHead'>,
  shape: BodyShape,
  leniency: BodyLeniency = {},
): Promise<void> {
  const parsed = await readParsed(call, leniency);
  if (parsed !== undefined) assertShape(EXACT.get(call.req) ?? parsed, shape);
}

/** Bodies with whole numbers that a double does not hold: the same with those as they were written. */
const EXACT = new WeakMap<IncomingMessage, unknown>();
const BODIES = new WeakMap<IncomingMessage, Promise<unknown>>();

/** A body is read once, however often it is asked for; undefined for none. */
function readParsed(call: Pick<DockerCall, 'req' | 'upgradeHead'>, leniency: BodyLeniency = {}): Promise<unknown> {
  const body = BODIES.get(call.req) ?? parseBody(call, leniency);
  BODIES.set(call.req, body);
  return body;
}

async function parseBody(
  call: Pick<DockerCall, 'req' | 'upgradeHead'>,
  { anyType, mayBeEmpty }: BodyLeniency,
): Promise<unknown> {
  const type = call.req.headers['content-type'] ?? '';
  const none = hasNoBody(call.req);
  const complaint = anyType || (none && type === '') ? undefined : contentTypeComplaint(type);
  if (complaint !== undefined) throw badRequest(complaint, 'content_type');
  if (none) return undefined;
  const text = (await readBody(call)).toString('utf8');
  if (text.trim() === '') {
    if (mayBeEmpty) return undefined;
    throw bodyMissing();
  }
  try {
    if (/\d{16}/.test(text)) EXACT.set(call.req, JSON.parse(text, asWritten));
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(jsonComplaint(text, error), 'body_invalid');
  }
}

/** No kind of number holds more digits; millions of them would keep the process busy for seconds. */
const MOST_DIGITS = 40;

function asWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const { source = '' } = context ?? {};
  return /^-?\d+$/.test(source) ? BigInt(source.slice(0, MOST_DIGITS)) : value;
}

/** One whose length is not told counts as a body, as with Go. */
function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
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

function bodyMissing(): EngineError {
  return badRequest('invalid JSON: got EOF while reading request body', 'body_missing');
}

function tooLarge(): AppError {
  return new AppError('payload_too_large', 'http: request body too large', { maxBytes: MAX_BYTES });
}
