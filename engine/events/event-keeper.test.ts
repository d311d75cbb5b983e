import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../lib/index.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { type EngineEvent, EventBus, EventKeeper, type EventStore, readHistory } from './index.ts';

function event(action: string, more: Partial<EngineEvent> = {}): EngineEvent {
  return { type: 'container', action, id: 'x', attributes: {}, at: new Date(0), ...more };
}

const at = (ms: number) => ({ log: silentLogger, clock: () => new Date(ms) });
const kept = async (store: EventStore) => (await store.newest(20_000)).map(({ seq, action }) => `${seq} ${action}`);
const quick = { log: silentLogger, writeMs: 1, retryMs: 1 };

/** A store whose disk can be full, and that counts its writes. */
function store() {
  const memory = memoryEventStore();
  const disk = { full: false, writes: 0 };
  const append: EventStore['append'] = async (events) => {
    disk.writes += 1;
    if (disk.full) throw new Error('the disk is full');
    await memory.append(events);
  };
  return { disk, store: { ...memory, append } };
}

test('a later life goes on with what was told before, under numbers that nobody has seen', async () => {
  const { store: events } = store();
  const before = new EventBus({ kept: await readHistory(events, at(1_000)) });
  {
    await using _keeper = new EventKeeper({ bus: before, store: events, log: silentLogger });
    before.publish(event('first'));
    before.publish(event('second'));
  }
  // Told by a life that was killed before it could write it.
  before.publish(event('lost'));
  const after = new EventBus({ kept: await readHistory(events, at(2_000)) });
  after.publish(event('third'));
  assert.deepEqual(
    after.past({}).map(({ seq, action }) => `${seq} ${action}`),
    ['1000 first', '1001 second', '2000 third'],
  );
  const withClockBack = await readHistory(events, at(10));
  assert.equal(withClockBack.nextNumber, 1_002);
});

test('events that come together are written together, and routine is not', async () => {
  const { store: events, disk } = store();
  const bus = new EventBus();
  await using _keeper = new EventKeeper({ bus, store: events, ...quick });
  for (const action of ['create', 'start', 'die']) bus.publish(event(action));
  bus.publish(event('probe', { routine: true }));
  await waitUntil('they are written', async () => (await kept(events)).length > 0);
  assert.deepEqual(await kept(events), ['1 create', '2 start', '3 die']);
  assert.equal(disk.writes, 1);
});

test('a disk that is full is told once, holds up nobody, and gets all of it when it has room', async () => {
  const { store: events, disk } = store();
  const errors: string[] = [];
  const log = { ...silentLogger, error: (_fields: object, message: string) => void errors.push(message) };
  const bus = new EventBus();
  const heard: string[] = [];
  bus.subscribe(({ action }) => heard.push(action));
  await using keeper = new EventKeeper({ bus, store: events, ...quick, log });
  disk.full = true;
  bus.publish(event('one'));
  await waitUntil('it was tried again', () => disk.writes > 2);
  bus.publish(event('two'));
  assert.deepEqual(heard, ['one', 'two']);
  assert.equal(keeper.problem?.message, 'the disk is full');
  assert.equal(errors.length, 1);
  disk.full = false;
  await waitUntil('it is written', async () => (await kept(events)).length === 2);
  assert.deepEqual(await kept(events), ['1 one', '2 two']);
  await waitUntil('nothing is wrong any more', () => keeper.problem === undefined);
});

test('an end with a full disk is an end', { timeout: 5_000 }, async () => {
  const { store: events, disk } = store();
  disk.full = true;
  const bus = new EventBus();
  await using _keeper = new EventKeeper({ bus, store: events, log: silentLogger });
  bus.publish(event('one'));
});

test('the newest 10 000 are kept', async () => {
  const { store: events } = store();
  const bus = new EventBus();
  {
    await using _keeper = new EventKeeper({ bus, store: events, log: silentLogger });
    for (let i = 1; i <= 12_500; i++) bus.publish(event('x'));
  }
  const actions = await kept(events);
  assert.equal(actions.at(-1), '12500 x');
  assert.ok(actions.length >= 10_000 && actions.length <= 11_000, `${actions.length} events`);
});

test('labels and commands of any length do not fill the disk', async () => {
  const { store: events } = store();
  const bus = new EventBus();
  const long = 'x'.repeat(100_000);
  {
    await using _keeper = new EventKeeper({ bus, store: events, log: silentLogger });
    bus.publish(event(`exec_start: ${long}`, { attributes: { label: long, team: 'a', name: 'web' } }));
  }
  const [only] = await events.newest(1);
  assert.equal(only?.action.length, 1_024);
  assert.deepEqual(only.attributes, { team: 'a', name: 'web' });
});

test('a history that cannot be read does not keep the engine from beginning', async () => {
  const { store: events } = store();
  const unreadable = { ...events, newest: async () => Promise.reject(new Error('damaged')) };
  assert.deepEqual(await readHistory(unreadable, at(5)), { history: [], nextNumber: 5 });
});
