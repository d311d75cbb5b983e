import { mayView } from '../../realtime/event-access.ts';
import { toEventMessage } from '../codec/events.ts';
import { writeAll } from '../containers/write-all.ts';
import { badRequest } from '../docker-error.ts';
import { type Filters, parseFilters } from '../filters.ts';
import { momentOf } from '../query.ts';
import type { DockerCall } from '../route.ts';

const BEGINNING = new Date(0);

/** The past since `since`, or all that is known when only `until` is given, then what happens; without both only what happens. */
export async function sendEvents({ res, query, environment, actor, signal }: DockerCall): Promise<void> {
  const since = momentOf(query, 'since');
  const until = momentOf(query, 'until');
  if (since !== undefined && until !== undefined && until < since) {
    throw badRequest(`\`since\` time (${query.get('since')}) cannot be after \`until\` time (${query.get('until')})`);
  }
  const filters = parseFilters(query);
  const from = since ?? (until === undefined ? undefined : BEGINNING);
  using events = environment.events.stream({ since: from, until, filters: toEventFilters(filters) }, signal);
  res.writeHead(200, { 'Content-Type': 'application/json' });
  res.flushHeaders();
  for await (const event of events) {
    if (!mayView(actor, event) || !isLocal(filters)) continue;
    await writeAll(res, Buffer.from(`${JSON.stringify(toEventMessage(event))}\n`));
  }
  res.end();
}

/** Keys that are not known let everything pass, as in dockerd. */
function toEventFilters(filters: Filters) {
  const keys = ['type', 'event', 'container', 'network', 'volume', 'daemon', 'image', 'label'] as const;
  return Object.fromEntries(keys.map((key) => [key, filters.get(key)]));
}

/** There is no swarm whose events could be told. */
function isLocal(filters: Filters): boolean {
  const scopes = filters.get('scope') ?? [];
  return scopes.length === 0 || scopes.includes('local');
}
