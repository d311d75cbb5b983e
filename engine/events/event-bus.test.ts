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
  for (let i = 0; i < 10_000; i += 1) bus.publish(event(String(i)));
  assert.deepEqual(
    bus.history(2).map(({ action }) => action),
    ['9998', '9999'],
  );
  assert.ok(bus.history().length <= 2_000);
});
