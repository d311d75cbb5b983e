import type { NumberedEvent } from './event-bus.ts';

/** What is kept of the past. Numbers rise, with gaps. */
export interface EventStore {
  /** At most so many of the newest, oldest first. */
  newest(limit: number): Promise<NumberedEvent[]>;
  /** All of them or none, in place of those that are there with the first one's number or a later one: may be tried again. */
  append(events: readonly NumberedEvent[]): Promise<void>;
  /** Forgets all but so many of the newest. */
  trim(limit: number): Promise<void>;
}
