import { EngineError, errnoOf } from '#engine/errors/index.ts';
import { familiarName, familiarReference, parseReference, withDefaultTag } from '#engine/reference/index.ts';
import { sendJson } from '../answer.ts';
import { tryParsePlatform } from '../codec/platform.ts';
import { badRequest } from '../docker-error.ts';
import { parseFilters } from '../filters.ts';
import { ProgressStream } from '../progress-stream.ts';
import { integerOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { imageReference } from './image-reference.ts';

/** Where Docker Hub answers, which is `docker.io` in names. */
const HUB = { domain: 'docker.io', registry: 'registry-1.docker.io', index: 'index.docker.io' };
const SEARCH_KEYS = ['is-automated', 'is-official', 'stars'];

/** Asks whether the registry is there at all; what it holds cannot be fetched yet, and that is said. */
export async function pullImage(call: DockerCall): Promise<void> {
  const { query } = call;
  const name = query.get('fromImage') ?? '';
  tryParsePlatform(query.get('platform'));
  const digest = (query.get('tag') ?? '').includes(':');
  const reference = digest
    ? parseReference(`${name}@${query.get('tag')}`)
    : parseReference(imageReference(name, query.get('tag')));
  await reachRegistry(call, reference.domain);
  throw notYet(
    `${familiarReference(withDefaultTag(reference))} cannot be pulled: Davit cannot read from registries yet`,
  );
}

/** What is wrong with a push comes as a line: dockerd has begun its answer by then. */
export async function pushImage(call: DockerCall): Promise<void> {
  const { params, query, environment } = call;
  const repository = parseReference(params['name'] ?? '');
  const name = familiarName(repository);
  const tag = query.get('tag') || repository.tag;
  const stream = new ProgressStream(call);
  await stream.around(async () => {
    stream.line({ status: `The push refers to repository [${repository.domain}/${repository.path}]` });
    const tagged = tag === undefined ? undefined : imageReference(name, tag);
    const images = await environment.images.list();
    const isMeant = (reference: string) =>
      tagged === undefined ? familiarName(parseReference(reference)) === name : reference === tagged;
    if (!images.some(({ references }) => references.some(isMeant))) {
      const words = `An image does not exist locally with the tag: ${name}`;
      throw new EngineError('not_found', words, { reason: 'image_not_found', image: name });
    }
    await reachRegistry(call, repository.domain);
    throw notYet(`${name} cannot be pushed: Davit cannot write to registries yet`);
  });
}

export async function inspectRemote(call: DockerCall): Promise<void> {
  const reference = parseReference(call.params['name'] ?? '');
  await reachRegistry(call, reference.domain);
  throw notYet(`${familiarReference(reference)} cannot be looked up: Davit cannot read from registries yet`);
}

/** The search of Docker Hub and of registries that kept version 1 of the protocol for it. */
export async function searchImages(call: DockerCall): Promise<void> {
  const { query, res } = call;
  const term = query.get('term') ?? '';
  if (term === '') throw badRequest('search term is required');
  const filters = parseFilters(query, SEARCH_KEYS);
  const limit = limitOf(query);
  if (limit < 0 || limit > 100) throw badRequest(`limit ${limit} is outside the range of [1, 100]`);
  const { domain, path } = parseReference(term.toLowerCase());
  const words = domain === HUB.domain ? term.replace(/^(?:docker\.io|library)\//, '') : path;
  const host = domain === HUB.domain ? HUB.index : domain;
  const url = `${schemeOf(host)}://${host}/v1/search?q=${encodeURIComponent(words)}&n=${limit || 25}`;
  const found = resultsOf(await readRemote(call, url));
  const stars = Number(filters.get('stars')?.[0] ?? 0);
  const wanted = (key: string, value: boolean) => (filters.get(key) ?? [String(value)]).includes(String(value));
  const fitting = found.filter(
    (item) =>
      item.star_count >= stars && wanted('is-official', item.is_official) && wanted('is-automated', item.is_automated),
  );
  sendJson(res, 200, fitting);
}

function limitOf(query: URLSearchParams): number {
  try {
    return integerOf(query, 'limit') ?? 0;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw badRequest(`invalid limit specified: ${error.message}`, 'limit_invalid');
  }
}

interface SearchResult {
  star_count: number;
  is_official: boolean;
  name: string;
  is_automated: boolean;
  description: string;
}

/** Only what we know of a stranger's answer is passed on. */
function resultsOf(answer: unknown): SearchResult[] {
  const results: unknown = typeof answer === 'object' && answer !== null && 'results' in answer ? answer.results : [];
  return (Array.isArray(results) ? results : []).flatMap((item: unknown) => {
    const { name, description, star_count, is_official, is_automated }: Partial<Record<keyof SearchResult, unknown>> =
      typeof item === 'object' && item !== null ? item : {};
    if (typeof name !== 'string') return [];
    return [
      {
        star_count: typeof star_count === 'number' ? star_count : 0,
        is_official: is_official === true,
        name,
        is_automated: is_automated === true,
        description: typeof description === 'string' ? description : '',
      },
    ];
  });
}

const MAX_ANSWER_BYTES = 1 << 20;

async function readRemote(call: DockerCall, url: string): Promise<unknown> {
  await using remote = await openRegistry(call, url);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of remote.stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new EngineError(
      'unavailable',
      `${new URL(url).host} sent no search result`,
      { reason: 'registry_answer' },
      { cause },
    );
  }
}

/**
 * Whether the registry answers everybody, or asks who it is.
 * @throws EngineError `unavailable` in Go's words when there is no way to the registry
 */
export async function reachRegistry(call: DockerCall, domain: string): Promise<'open' | 'guarded'> {
  const host = domain === HUB.domain ? HUB.registry : domain;
  try {
    await using _remote = await openRegistry(call, `${schemeOf(host)}://${host}/v2/`);
    return 'open';
  } catch (error) {
    // Asking for a password is an answer too.
    if (error instanceof EngineError && error.details['status'] !== undefined) return 'guarded';
    throw error;
  }
}

async function openRegistry({ services, actor, signal }: DockerCall, url: string) {
  try {
    return await services.openRemote(url, actor, signal);
  } catch (error) {
    const words = error instanceof EngineError ? wordsOf(url, error.cause) : undefined;
    if (words === undefined) throw error;
    throw new EngineError('unavailable', words, { reason: 'registry_unreachable' }, { cause: error });
  }
}

/** As dockerd passes on what Go's client says; undefined for what is no question of the network. */
function wordsOf(url: string, cause: unknown): string | undefined {
  const { hostname, port, protocol } = new URL(url);
  const name = `lookup ${hostname}`;
  const at = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  const words: Partial<Record<string, string>> = {
    ENOTFOUND: `${name}: no such host`,
    EAI_AGAIN: `${name}: no such host (Temporary failure in name resolution)`,
    ECONNREFUSED: `${at}: connect: connection refused`,
    ENETUNREACH: `${at}: connect: network is unreachable`,
    EHOSTUNREACH: `${at}: connect: no route to host`,
    ETIMEDOUT: `${at}: i/o timeout`,
  };
  const found = words[errnoOf(cause) ?? ''];
  if (found === undefined) return undefined;
  return `Get "${url}": dial tcp${found.startsWith(name) ? ':' : ''} ${found}`;
}

/** Docker speaks to registries of its own host without TLS. */
function schemeOf(host: string): 'http' | 'https' {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host) ? 'http' : 'https';
}

function notYet(message: string): EngineError {
  return new EngineError('unsupported', message, { reason: 'registry_client_missing' });
}
