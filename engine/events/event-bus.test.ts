import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineEvent, EventBus } from './event-bus.ts';

function event(action: string): EngineEvent {
  return { type: 'container', action, id: 'x', attributes: {}, at: new Date(0) };
}

test('a listener that throws is reported and does not keep the others from hearing', () => {
  const errors: unknown[] = [];
  const bus = new EventBus({ onListenerError: (error) => errors.push(error) });
  const heard: string[] = [];
  bus.subscribe(() => {
    throw new Error('broken');
  });
  const subscription = bus.subscribe(({ action }) => heard.push(action));
  bus.publish(event('start'));
  subscription[Symbol.dispose]();
  bus.publish(event('die'));
  assert.deepEqual(heard, ['start']);
  assert.equal(errors.length, 2);
});

test('history keeps the newest in order and stays bounded', () => {
  const bus = new EventBus();
  for (let i = 0; i < 30_000; i += 1) bus.publish(event(String(i)));
  const actions = bus.past({}).map(({ action }) => action);
  assert.deepEqual(actions.slice(-2), ['29998', '29999']);
  assert.ok(actions.length >= 10_000 && actions.length <= 11_000, `${actions.length} events`);
});

test('a bus goes on where one before it has ended', () => {
  const kept = { history: [{ ...event('before'), seq: 7 }], nextNumber: 20 };
  const bus = new EventBus({ kept });
  bus.publish(event('now'));
  assert.deepEqual(
    bus.past({}).map(({ seq, action }) => `${seq} ${action}`),
    ['7 before', '20 now'],
  );
});

test('a reader of the whole history is not too far behind', async () => {
  const bus = new EventBus();
  for (let i = 0; i < 10_999; i++) bus.publish(event('x'));
  using stream = bus.stream({ since: new Date(0) });
  bus.publish(event('last'));
  let read = 0;
  for await (const { action } of stream) {
    read += 1;
    if (action === 'last') break;
  }
  assert.equal(read, 11_000);
});

test('the past is found by time, number and filter', () => {
  const bus = new EventBus();
  for (const second of [1, 2, 3, 4]) bus.publish({ ...event(`a${second}`), at: new Date(second * 1000) });
  const actions = (query: Parameters<typeof bus.past>[0]) => bus.past(query).map(({ action }) => action);
  assert.deepEqual(actions({ since: new Date(2000), until: new Date(3000) }), ['a2', 'a3']);
  assert.deepEqual(actions({ afterSeq: 3 }), ['a4']);
  assert.deepEqual(actions({ filters: { event: ['a1', 'a4'] } }), ['a1', 'a4']);
});

test('a stream gives the past and then what happens, without gap or repetition', { timeout: 5_000 }, async () => {
  const bus = new EventBus();
  bus.publish(event('old'));
  const stop = new AbortController();
  const stream = bus.stream({ afterSeq: 0, filters: { event: ['old', 'new', 'last'] } }, stop.signal);
  bus.publish(event('new'));
  bus.publish(event('other'));
  const seen: string[] = [];
  for await (const { action, seq } of stream) {
    seen.push(`${seq} ${action}`);
    if (action === 'new') setImmediate(() => bus.publish(event('last')));
    if (action === 'last') stop.abort();
  }
  assert.deepEqual(seen, ['1 old', '2 new', '4 last']);
});

test('a stream without a beginning has new events only, and ends at its time', { timeout: 5_000 }, async () => {
  const bus = new EventBus();
  bus.publish(event('old'));
  const stream = bus.stream({ until: new Date(Date.now() + 50) });
  bus.publish(event('new'));
  bus.publish({ ...event('late'), at: new Date(Date.now() + 60_000) });
  const seen: string[] = [];
  for await (const { action } of stream) seen.push(action);
  assert.deepEqual(seen, ['new']);
});

test('a reader that stops reading is told so instead of filling the memory', { timeout: 5_000 }, async () => {
  const bus = new EventBus();
  using stream = bus.stream({});
  for (let i = 0; i < 10_001; i++) bus.publish(event('x'));
  await assert.rejects(stream[Symbol.asyncIterator]().next(), { code: 'resource_exhausted' });
});

test('for a reader that never comes back nothing more is kept, or even looked at', () => {
  const bus = new EventBus();
  let looked = 0;
  const filters = {
    get event() {
      looked += 1;
      return undefined;
    },
  };
  using _stream = bus.stream({ filters });
  for (let i = 0; i < 10_001; i++) bus.publish(event('x'));
  const before = looked;
  for (let i = 0; i < 100; i++) bus.publish(event('x'));
  assert.deepEqual([before > 10_000, looked], [true, before]);
});

test('routine does not push news out of the history', () => {
  const bus = new EventBus();
  bus.publish(event('news'));
  for (let i = 0; i < 10_000; i++) bus.publish({ ...event(`probe ${i}`), routine: true });
  const kept = bus.past({}).map(({ action }) => action);
  assert.equal(kept[0], 'news');
  assert.equal(kept.length, 501);
  assert.equal(kept.at(-1), 'probe 9999');
  for (let i = 0; i < 15_000; i++) bus.publish(event('x'));
  bus.publish({ ...event('probe'), routine: true });
  assert.equal(bus.past({}).at(-1)?.action, 'probe');
});
