import type { EngineEvent } from '#engine/events/index.ts';
import { mayView } from '../../realtime/event-access.ts';
import { eventMatches, toEventMessage } from '../codec/events.ts';
import { badRequest } from '../docker-error.ts';
import { parseFilters } from '../filters.ts';
import { momentOf } from '../query.ts';
import type { DockerCall } from '../route.ts';

/** A client that reads this much slower than things happen has lost interest. */
const MAX_WAITING_BYTES = 8 << 20;

/** The past since `since`, then what happens until `until`; without `since` only what happens. */
export async function sendEvents({ res, query, environment, actor, signal }: DockerCall): Promise<void> {
  const since = momentOf(query, 'since');
  const until = momentOf(query, 'until');
  if (since !== undefined && until !== undefined && until < since) {
    throw badRequest('`since` time cannot be after `until` time');
  }
  const filters = parseFilters(query);
  const send = (event: EngineEvent): void => {
    const inTime = (since === undefined || event.at >= since) && (until === undefined || event.at <= until);
    if (!inTime || !mayView(actor, event) || !eventMatches(filters, event)) return;
    res.write(`${JSON.stringify(toEventMessage(event))}\n`);
    if (res.writableLength > MAX_WAITING_BYTES) res.destroy();
  };
  const remainingMs = until === undefined ? undefined : until.getTime() - Date.now();
  using _live = environment.events.subscribe(send);
  res.writeHead(200, { 'Content-Type': 'application/json' });
  res.flushHeaders();
  if (since !== undefined) for (const event of environment.events.history()) send(event);
  if (remainingMs === undefined || remainingMs > 0) await untilOver(signal, remainingMs);
  if (!res.destroyed) res.end();
}

/** A timer takes at most 24 days at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

async function untilOver(signal: AbortSignal, remainingMs: number | undefined): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  const end = remainingMs === undefined ? undefined : performance.now() + remainingMs;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    if (end === undefined) return;
    const left = end - performance.now();
    if (left <= 0) resolve();
    else timer = setTimeout(wait, Math.min(left, MAX_TIMER_MS));
  };
  wait();
  await promise;
  clearTimeout(timer);
}
