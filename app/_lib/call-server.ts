import { deserialize, serialize } from '#server/trpc/wire.schema.ts';
import { notedFetch } from './last-answer.ts';

type Kind = 'query' | 'mutation';

/** Calls that go in one request. */
interface Batch {
  calls: { path: string; input: unknown }[];
  answers: Promise<unknown[]>;
}

/** What the server answered instead of a result; `data` is what `toFailure` reads. */
class Refusal extends Error {
  readonly data: unknown;

  constructor(message: string, data: unknown) {
    super(message);
    this.data = data;
  }
}

const open: Partial<Record<Kind, Batch>> = {};

/**
 * Calls a procedure as tRPC's own client does, which is many times larger as it also knows sockets, streams and other transports.
 * Questions of one moment go in one request, and so do orders.
 * @throws Refusal of the server, or what `fetch` throws
 */
export async function callServer(kind: Kind, path: string, input: unknown): Promise<unknown> {
  open[kind] ??= openBatch(kind);
  const { calls, answers } = open[kind];
  const index = calls.push({ path, input }) - 1;
  return read((await answers)[index]);
}

function openBatch(kind: Kind): Batch {
  const calls: Batch['calls'] = [];
  const full = new Promise((resolve) => setTimeout(resolve));
  const answers = full.then(() => {
    delete open[kind];
    return send(kind, calls);
  });
  return { calls, answers };
}

async function send(kind: Kind, calls: Batch['calls']): Promise<unknown[]> {
  const url = `/api/trpc/${calls.map(({ path }) => path).join()}?batch=1`;
  const body = JSON.stringify(Object.fromEntries(calls.map(({ input }, index) => [index, serialize(input)])));
  const response =
    kind === 'query'
      ? await notedFetch(`${url}&input=${encodeURIComponent(body)}`, { method: 'GET' })
      : await notedFetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const answer: unknown = await response.json();
  // What went wrong with the request as a whole is said once.
  return Array.isArray(answer) ? answer : calls.map(() => answer);
}

function read(answer: unknown): unknown {
  const { result, error } = answer as { result?: { data: unknown }; error?: unknown };
  if (result !== undefined) return deserialize(result.data);
  const refusal = error === undefined ? undefined : deserialize(error);
  if (typeof refusal !== 'object' || refusal === null) throw new TypeError('This is no answer of a procedure');
  const { message, data } = refusal as { message?: unknown; data?: unknown };
  throw new Refusal(String(message), data);
}
