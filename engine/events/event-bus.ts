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
  at: Date;
}

type EventListener = (event: EngineEvent) => void;

const HISTORY = 2_000;

/** A typed bus with a bounded history. Listeners run in order; one that throws does not stop the others. */
export class EventBus {
  readonly #listeners = new Set<EventListener>();
  readonly #history: EngineEvent[] = [];
  readonly #onListenerError: (error: unknown) => void;

  constructor(opts: { onListenerError?: (error: unknown) => void } = {}) {
    this.#onListenerError = opts.onListenerError ?? rethrowLater;
  }

  publish(event: EngineEvent): void {
    this.#history.push(event);
    if (this.#history.length > HISTORY * 2) this.#history.splice(0, this.#history.length - HISTORY);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  subscribe(listener: EventListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** The newest events, oldest first. */
  history(limit: number = HISTORY): readonly EngineEvent[] {
    return this.#history.slice(-limit);
  }
}

/** Nobody is there to answer: it becomes an uncaught error of the process instead of vanishing. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
