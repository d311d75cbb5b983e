import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NumberedEvent } from './event-bus.ts';
import type { EventStore } from './event-store.ts';

function event(seq: number, more: Partial<NumberedEvent> = {}): NumberedEvent {
  return {
    seq,
    type: 'container',
    action: 'start',
    id: 'c1',
    name: 'web',
    attributes: { 'a.b': 'ü', name: 'web' },
    actor: 'anna',
    entrance: 'cli',
    operationId: 'o1',
    at: new Date('2026-01-02T03:04:05.678Z'),
    ...more,
  };
}

const NOBODY = { name: undefined, actor: undefined, entrance: undefined, operationId: undefined };

/** What every EventStore has to do; `make` gives an empty one. */
export function eventStoreSuite(name: string, make: () => EventStore | Promise<EventStore>): void {
  const withStore = (title: string, body: (store: EventStore) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => body(await make()));
  };
  const numbers = async (store: EventStore) => (await store.newest(100)).map(({ seq }) => seq);

  withStore('returns the newest events as they were, oldest first', async (store) => {
    const last = event(2 ** 41, { type: 'image', ...NOBODY });
    await store.append([event(7), event(9)]);
    await store.append([last]);
    assert.deepEqual(await store.newest(2), [event(9), last]);
  });

  withStore('takes any number at once', async (store) => {
    const many = Array.from({ length: 99 }, (_, at) => at + 1);
    await store.append(many.map((seq) => event(seq)));
    assert.deepEqual(await numbers(store), many);
  });

  withStore('has the events of a write once that was tried again', async (store) => {
    await store.append([event(1), event(2)]);
    await store.append([event(2), event(3)]);
    assert.deepEqual(await numbers(store), [1, 2, 3]);
  });

  withStore('forgets the oldest', async (store) => {
    await store.append([1, 3, 5, 7].map((seq) => event(seq)));
    await store.trim(4);
    assert.deepEqual(await numbers(store), [1, 3, 5, 7]);
    await store.trim(2);
    assert.deepEqual(await numbers(store), [5, 7]);
  });

  withStore('nothing of nothing', async (store) => {
    await store.append([]);
    await store.trim(2);
    assert.deepEqual(await store.newest(5), []);
  });
}
