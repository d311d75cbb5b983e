import type { Clock, Logger } from '../lib/index.ts';
import { type EventBus, HISTORY, type KeptHistory, type NumberedEvent } from './event-bus.ts';
import type { EventStore } from './event-store.ts';

interface EventKeeperOptions {
  bus: Pick<EventBus, 'subscribe'>;
  store: EventStore;
  log: Logger;
  /** How long an event waits for others to be written with it, in milliseconds; default 300. */
  writeMs?: number;
  /** When a write that failed is tried again; default 5 000. */
  retryMs?: number;
}

/** Labels and command lines can be of any length, and the same ones come with each event. */
const MAX_ATTRIBUTE_CHARS = 8_192;
const MAX_ACTION_CHARS = 1_024;
const MAX_BATCH = 500;
/** So many are written before the oldest are forgotten. */
const TRIM_AFTER = 1_000;

/**
 * What a bus goes on with that follows an earlier one. The time in milliseconds is a number that none has reached: an event that
 * was told but not kept, for a crash came between, shares its number with no later one.
 */
export async function readHistory(
  store: EventStore,
  { log, clock }: { log: Logger; clock: Clock },
): Promise<KeptHistory> {
  const now = clock().getTime();
  try {
    const history = await store.newest(HISTORY);
    return { history, nextNumber: Math.max(now, (history.at(-1)?.seq ?? 0) + 1) };
  } catch (err) {
    log.error({ err }, 'events of before cannot be read');
    return { history: [], nextNumber: now };
  }
}

/**
 * Writes what a bus tells to a store, many at once and a moment later, so that nobody waits for the disk. What cannot be written is
 * tried again; `problem` says why meanwhile. Routine is not kept. Disposing it writes the rest.
 */
export class EventKeeper implements AsyncDisposable {
  readonly #options: Required<EventKeeperOptions>;
  readonly #subscription: Disposable;
  #waiting: NumberedEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  /** The first write of each life finds what one before it had no time to forget. */
  #untilTrim = 0;
  #problem: Error | undefined;

  constructor(opts: EventKeeperOptions) {
    this.#options = { writeMs: 300, retryMs: 5_000, ...opts };
    this.#subscription = opts.bus.subscribe((event) => this.#note(event));
  }

  /** Why the last write failed, until one succeeds. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  #note(event: NumberedEvent): void {
    if (event.routine === true) return;
    this.#waiting.push(event);
    if (this.#waiting.length > HISTORY) this.#waiting.shift();
    if (this.#writing === undefined) this.#writeIn(this.#options.writeMs);
  }

  #writeIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writeSome().finally(() => {
        this.#writing = undefined;
        if (this.#waiting.length > 0) this.#writeIn(this.#problem === undefined ? 0 : this.#options.retryMs);
      });
    }, ms).unref();
  }

  /** Rejects never. */
  async #writeSome(): Promise<void> {
    const { store, log } = this.#options;
    const batch = this.#waiting.splice(0, MAX_BATCH);
    try {
      await store.append(batch.map(toKept));
      this.#untilTrim -= batch.length;
      if (this.#untilTrim <= 0) {
        await store.trim(HISTORY);
        this.#untilTrim = TRIM_AFTER;
      }
      if (this.#problem !== undefined) log.info({}, 'events are kept again');
      this.#problem = undefined;
    } catch (error) {
      this.#waiting = [...batch, ...this.#waiting].slice(-HISTORY);
      if (this.#problem === undefined) log.error({ err: error }, 'events cannot be kept; tried again and again');
      this.#problem = error instanceof Error ? error : new Error(String(error));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscription[Symbol.dispose]();
    await this.#writing;
    clearTimeout(this.#timer);
    let left: number;
    do {
      left = this.#waiting.length;
      if (left > 0) await this.#writeSome();
    } while (this.#waiting.length > 0 && this.#waiting.length < left);
  }
}

function toKept(event: NumberedEvent): NumberedEvent {
  return { ...event, action: event.action.slice(0, MAX_ACTION_CHARS), attributes: bounded(event.attributes) };
}

/** What the engine tells stands behind the labels. */
function bounded(attributes: NumberedEvent['attributes']): NumberedEvent['attributes'] {
  let room = MAX_ATTRIBUTE_CHARS;
  const kept = Object.entries(attributes)
    .reverse()
    .filter(([key, value]) => {
      const length = key.length + value.length;
      if (length > room) return false;
      room -= length;
      return true;
    });
  return Object.fromEntries(kept.reverse());
}
