import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type EngineEvent, EventBus } from '#engine/events/index.ts';
import { openTestApi } from '../test-api.ts';

const at = (seconds: number) => new Date(seconds * 1000);
const event = (action: string, seconds: number, more: Partial<EngineEvent> = {}): EngineEvent => ({
  type: 'container',
  action,
  id: 'c1',
  attributes: { name: 'web', image: 'app' },
  at: at(seconds),
  ...more,
});

function busOf(...past: EngineEvent[]): EventBus {
  const bus = new EventBus();
  for (const one of past) bus.publish(one);
  return bus;
}

const actionsOf = (text: string) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).Action]));

test('the past is told from since to until, both included', async () => {
  const events = busOf(event('create', 10), event('start', 20), event('die', 30), event('destroy', 40));
  await using api = await openTestApi({ environment: { events } });
  const { status, headers, text } = await api.ask('GET', '/v1.51/events?since=20&until=30.000000000');
  assert.deepEqual([status, headers['content-type'], actionsOf(text)], [200, 'application/json', ['start', 'die']]);
});

test('filters choose among the past', async () => {
  const events = busOf(event('create', 10), event('create', 11, { type: 'volume', id: 'v', attributes: {} }));
  await using api = await openTestApi({ environment: { events } });
  const filters = encodeURIComponent('{"type":{"volume":true}}');
  const { text } = await api.ask('GET', `/events?since=1&until=50&filters=${filters}`);
  assert.deepEqual(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).Actor.ID),
    ['v'],
  );
});

test('of another scope nothing is told', async () => {
  await using api = await openTestApi({ environment: { events: busOf(event('create', 10)) } });
  const filters = encodeURIComponent('{"scope":["swarm"]}');
  assert.equal((await api.ask('GET', `/events?since=1&until=50&filters=${filters}`)).text, '');
});

test('without since only what happens is told, as it happens', async () => {
  const events = busOf(event('create', 10));
  await using api = await openTestApi({ environment: { events } });
  const answer = await api.open('GET', '/events');
  events.publish(event('start', 20));
  const [chunk] = await once(answer, 'data');
  assert.deepEqual(actionsOf(String(chunk)), ['start']);
  answer.destroy();
});

test('a client that goes away is listened for no longer', async () => {
  let listening = 0;
  class CountedBus extends EventBus {
    override subscribe(...args: Parameters<EventBus['subscribe']>): Disposable {
      const subscription = super.subscribe(...args);
      listening += 1;
      const dispose = () => {
        listening -= 1;
        subscription[Symbol.dispose]();
      };
      return { [Symbol.dispose]: dispose };
    }
  }
  await using api = await openTestApi({ environment: { events: new CountedBus() } });
  const answer = await api.open('GET', '/events');
  assert.equal(listening, 1);
  answer.destroy();
  while (listening > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('with an end alone all that is known is told up to then', async () => {
  const events = busOf(event('create', 10), event('start', 20), event('die', 30));
  await using api = await openTestApi({ environment: { events } });
  assert.deepEqual(actionsOf((await api.ask('GET', '/v1.51/events?until=20')).text), ['create', 'start']);
});

test('an end in the future ends the answer then', async () => {
  const events = busOf();
  await using api = await openTestApi({ environment: { events } });
  const until = (Date.now() + 200) / 1000;
  const { text } = await api.ask('GET', `/events?until=${until.toFixed(3)}`);
  assert.equal(text, '');
  assert.ok(Date.now() >= until * 1000 - 5);
});

test('a beginning after the end is refused', async () => {
  await using api = await openTestApi({ environment: { events: busOf() } });
  assert.deepEqual(await api.json('GET', '/events?since=30&until=20'), {
    status: 400,
    body: { message: '`since` time (30) cannot be after `until` time (20)' },
  });
});
