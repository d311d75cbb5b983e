import { EngineError } from '../errors/index.ts';
import { type EventFilters, matchesEvent } from './event-filter.ts';

/** The dashboard, or a client of the Docker API. */
type Entrance = 'ui' | 'cli';

/** Who asks, and through which door. */
export interface Caller {
  id: string;
  name: string;
  entrance?: Entrance | undefined;
  /** The operation that asks in their name. */
  operationId?: string | undefined;
}

/** What an event tells of its caller. */
export function originOf(caller: Caller | undefined): Pick<EngineEvent, 'actor' | 'entrance' | 'operationId'> {
  if (caller === undefined) return {};
  const { name, entrance, operationId } = caller;
  return { actor: name, entrance, ...(operationId !== undefined && { operationId }) };
}

/** What happened, told after it was saved. Names of types and actions are Docker's. */
export interface EngineEvent {
  type: 'container' | 'image' | 'network' | 'volume' | 'daemon';
  /** `create`, `start`, `die`, `exec_start: sh`, `health_status: healthy` … as `docker events` prints it. */
  action: string;
  /** Container id, image id (digest), network id or volume name. */
  id: string;
  name?: string | undefined;
  attributes: Readonly<Record<string, string>>;
  /** Name of who caused it, when a caller is known. */
  actor?: string | undefined;
  /** The door that the caller came through. */
  entrance?: Entrance | undefined;
  /** The operation that it happened in. */
  operationId?: string | undefined;
  /** Comes again and again without anybody doing anything, such as the runs of health checks: no news for people. */
  routine?: true;
  at: Date;
}

/** Numbered in the order of telling; an event of a later life of the server has a higher number. */
export type NumberedEvent = EngineEvent & { readonly seq: number };

/** What an earlier bus has told, oldest first, and the number to go on with. */
export interface KeptHistory {
  history: readonly NumberedEvent[];
  nextNumber: number;
}

interface EventQuery {
  /** Past events from this time on; without it and `afterSeq` a stream has new ones only. */
  since?: Date | undefined;
  /** Events up to this time; a stream ends then. */
  until?: Date | undefined;
  /** Past events after the one with this number. */
  afterSeq?: number | undefined;
  filters?: EventFilters | undefined;
}

type EventListener = (event: NumberedEvent) => void;

/** How many events are remembered, here and by an `EventStore`. */
export const HISTORY = 10_000;
/** So many more before the oldest are let go, all at once. */
const SLACK = 1_000;
/** So many of them are routine at most: what people did is not pushed out by health checks. */
const ROUTINE_HISTORY = 500;
/** A reader that is this far behind has stopped reading. */
const MAX_BEHIND = 10_000;

/** A typed bus with a bounded history. Listeners run in order; one that throws does not stop the others. */
export class EventBus {
  readonly #listeners = new Set<EventListener>();
  readonly #history: NumberedEvent[];
  readonly #onListenerError: (error: unknown) => void;
  #next: number;
  #routine = 0;

  constructor(opts: { onListenerError?: (error: unknown) => void; kept?: KeptHistory } = {}) {
    const { history = [], nextNumber = 1 } = opts.kept ?? {};
    this.#onListenerError = opts.onListenerError ?? rethrowLater;
    this.#history = [...history];
    this.#next = nextNumber;
  }

  publish(event: EngineEvent): void {
    const numbered = { ...event, seq: this.#next };
    this.#next += 1;
    this.#history.push(numbered);
    if (event.routine === true) this.#keepRoutine();
    if (this.#history.length > HISTORY + SLACK) {
      const dropped = this.#history.splice(0, this.#history.length - HISTORY);
      this.#routine -= dropped.filter(({ routine }) => routine === true).length;
    }
    for (const listener of this.#listeners) {
      try {
        listener(numbered);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  #keepRoutine(): void {
    this.#routine += 1;
    if (this.#routine <= ROUTINE_HISTORY) return;
    const oldest = this.#history.findIndex(({ routine }) => routine === true);
    this.#history.splice(oldest, 1);
    this.#routine -= 1;
  }

  subscribe(listener: EventListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** The newest events, oldest first. */
  history(limit: number = HISTORY): readonly NumberedEvent[] {
    return this.#history.slice(-limit);
  }

  /** What is still known of the past, oldest first. */
  past({ since, until, afterSeq = 0, filters = {} }: EventQuery): NumberedEvent[] {
    const from = since?.getTime() ?? Number.NEGATIVE_INFINITY;
    const to = until?.getTime() ?? Number.POSITIVE_INFINITY;
    return this.#history.filter((event) => {
      const at = event.at.getTime();
      return event.seq > afterSeq && at >= from && at <= to && matchesEvent(event, filters);
    });
  }

  /**
   * The asked past, then what happens, without gap or repetition; ends at `until`, with the signal or when left.
   * It listens from this call on, not from the first read.
   *
   * @throws EngineError `resource_exhausted` for a reader that is too far behind
   */
  stream(query: EventQuery, signal?: AbortSignal): AsyncIterable<NumberedEvent> & Disposable {
    const asksForPast = query.since !== undefined || query.afterSeq !== undefined;
    const waiting: NumberedEvent[] = asksForPast ? this.past(query) : [];
    let wake = Promise.withResolvers<void>();
    let ended = false;
    const mostWaiting = waiting.length + MAX_BEHIND;
    let behind = false;
    const end = () => {
      ended = true;
      wake.resolve();
      signal?.removeEventListener('abort', end);
      clearTimeout(timer);
      subscription[Symbol.dispose]();
    };
    const subscription = this.subscribe((event) => {
      if (query.until !== undefined && event.at > query.until) return;
      if (!matchesEvent(event, query.filters ?? {})) return;
      waiting.push(event);
      // Who does not read may never come back to be told so: nothing more is kept for it.
      if (waiting.length > mostWaiting) {
        behind = true;
        waiting.length = 0;
        end();
      }
      wake.resolve();
    });
    const timer = untilTimer(query.until, end);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();

    async function* read(): AsyncGenerator<NumberedEvent> {
      try {
        for (;;) {
          if (behind) throw tooFarBehind();
          const next = waiting.shift();
          if (next !== undefined) yield next;
          else if (ended) return;
          else {
            await wake.promise;
            wake = Promise.withResolvers();
          }
        }
      } finally {
        end();
      }
    }
    return { [Symbol.asyncIterator]: read, [Symbol.dispose]: end };
  }
}

/** Longer than a timer can wait means: does not end by itself. */
function untilTimer(until: Date | undefined, end: () => void): NodeJS.Timeout | undefined {
  if (until === undefined) return undefined;
  const ms = until.getTime() - Date.now();
  return ms > 2 ** 31 - 1 ? undefined : setTimeout(end, Math.max(0, ms));
}

function tooFarBehind(): EngineError {
  return new EngineError('resource_exhausted', 'The reader of events is too far behind', { reason: 'events_unread' });
}

/** Nobody is there to answer: it becomes an uncaught error of the process instead of vanishing. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
