import type { EventStore, NumberedEvent } from '../events/index.ts';
import { Table } from './table.ts';

/** Rows of events in memory, or in a file when one is given. */
export function memoryEventStore(file?: string): EventStore {
  const rows = new Table<{ events: NumberedEvent[] }>(file);
  const all = () => rows.get('all')?.events ?? [];
  return {
    newest: async (limit) => all().slice(-limit),
    async append(events) {
      const [first] = events;
      if (first !== undefined) rows.set('all', { events: [...all().filter(({ seq }) => seq < first.seq), ...events] });
    },
    trim: async (limit) => rows.set('all', { events: all().slice(-limit) }),
  };
}
