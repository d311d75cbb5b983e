import { randomUUID } from 'node:crypto';

interface Numbered<T> {
  seq: number;
  event: T;
}

/** Where a client stands. `epoch` is another one after every start of the server. */
interface Cursor {
  epoch: string;
  seq: number;
}

type Resume<T> = { gap: false; events: readonly Numbered<T>[] } | { gap: true; cursor: Cursor };

/** Numbered events with a bounded memory: who was away gets the rest, or learns that it is gone. */
export class EventLog<T> {
  readonly epoch = randomUUID();
  readonly #limit: number;
  #entries: Numbered<T>[] = [];
  #seq = 0;

  constructor(limit = 5_000) {
    this.#limit = limit;
  }

  get cursor(): Cursor {
    return { epoch: this.epoch, seq: this.#seq };
  }

  append(event: T): Numbered<T> {
    this.#seq += 1;
    const entry = { seq: this.#seq, event };
    this.#entries.push(entry);
    if (this.#entries.length >= this.#limit * 2) this.#entries = this.#entries.slice(-this.#limit);
    return entry;
  }

  since(cursor: Cursor): Resume<T> {
    const oldest = this.#seq - this.#entries.length + 1;
    const known = cursor.epoch === this.epoch && cursor.seq >= oldest - 1 && cursor.seq <= this.#seq;
    if (!known) return { gap: true, cursor: this.cursor };
    return { gap: false, events: this.#entries.slice(cursor.seq - oldest + 1) };
  }
}
