// Requests whose Content-Type is missing, wrong, malformed or given several times. What dockerd 28.5.2 answers to each is in
// content-types.json, made by `node e2e/recorded/record.ts SOCKET`.
import { type RecordedAnswer, shownOf } from './bad-values.ts';
import type { RawClient } from './raw-client.ts';

export interface TypedRequest {
  line: string;
  /** Its lines `Content-Type`. */
  types: readonly string[];
  body: string | null;
  chunked: boolean;
}

export async function answerToTyped(client: RawClient, { line, body, ...head }: TypedRequest): Promise<RecordedAnswer> {
  const { status, text } = await client.ask(line, body ?? undefined, head);
  return [status, status < 300 ? null : shownOf(text)];
}

const EVERY_TYPE: readonly (readonly string[])[] = [
  ...[[], [''], ['application/json'], ['APPLICATION/Json'], [' application/json ']],
  ...[
    ['application/json', 'text/plain'],
    ['text/plain', 'application/json'],
  ],
  ...['', ' charset=utf-8', 'charset="utf-8"', ' charset', ' charset=', '; a=b', ' a=b; a=b', ' a=b; A=c', ' a="b'].map(
    (parameter) => [`application/json;${parameter}`],
  ),
  ...['application/json x', 'application/json, text/plain', 'application/', 'application', '/json', ';', 'a b'].map(
    (type) => [type],
  ),
  ...['application / json', 'application/jsonx', 'application/vnd.api+json', 'Text/Plain; charset=utf-8'].map(
    (type) => [type],
  ),
];
const SOME_TYPES: readonly (readonly string[])[] = [
  [],
  ['APPLICATION/JSON; charset=utf-8'],
  ['text/plain'],
  ['application/json; charset'],
];

/** Answered before anything else is looked at. */
const OF_JSON: readonly string[] = [
  'POST /containers/create',
  'POST /containers/nope/exec',
  'POST /exec/nope/start',
  'POST /networks/create',
  'POST /networks/nope/connect',
  'POST /networks/nope/disconnect',
  'POST /volumes/create',
  'POST /commit?container=nope',
];

/** They do not care. */
const OF_NO_JSON: readonly string[] = [
  'POST /containers/nope/stop',
  'POST /containers/nope/wait',
  'POST /images/nope/tag?repo=x',
  'DELETE /containers/nope',
  'GET /containers/nope/json',
  'PUT /containers/nope/archive?path=/',
];

const NO_SERVER = '{"serveraddress":"127.0.0.1:1"}';

export const TYPED_REQUESTS: readonly TypedRequest[] = [
  ...EVERY_TYPE.flatMap((types) =>
    ['{}', null].map((body) => ({ line: 'POST /containers/nope/update', types, body, chunked: false })),
  ),
  ...SOME_TYPES.flatMap((types) =>
    ['{}', null].map((body) => ({ line: 'POST /containers/nope/update', types, body, chunked: true })),
  ),
  // A body that is no JSON, so that one of a good type makes nothing.
  ...OF_JSON.flatMap((line) => SOME_TYPES.map((types) => ({ line, types, body: 'x', chunked: false }))),
  ...[false, true].map((chunked) => ({
    line: 'POST /commit?container=nope',
    types: ['application/json'],
    body: null,
    chunked,
  })),
  ...OF_NO_JSON.flatMap((line) => SOME_TYPES.map((types) => ({ line, types, body: 'x', chunked: false }))),
  ...SOME_TYPES.map((types) => ({ line: 'POST /auth', types, body: NO_SERVER, chunked: false })),
];
