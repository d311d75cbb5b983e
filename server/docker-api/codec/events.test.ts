import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '#engine/events/index.ts';
import { toEventMessage } from './events.ts';
import { golden } from './golden.ts';

interface Recorded {
  Type: EngineEvent['type'];
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  time: number;
  timeNano: number;
}

function toEngineEvent({ Type, Action, Actor, timeNano }: Recorded): EngineEvent {
  return { type: Type, action: Action, id: Actor.ID, attributes: Actor.Attributes, at: new Date(timeNano / 1e6) };
}

for (const name of ['events-image', 'events-network', 'events-volume', 'events-misc', 'events-prune']) {
  test(`messages are what dockerd sends (${name})`, async () => {
    for (const recorded of await golden<Recorded[]>(name)) {
      const timeNano = Math.floor(recorded.timeNano / 1e6) * 1e6;
      assert.deepEqual(toEventMessage(toEngineEvent(recorded)), { ...recorded, timeNano });
    }
  });
}

test('the time in nanoseconds is a whole number of 19 digits on the wire', () => {
  const at = new Date('2026-11-21T11:54:45.916Z');
  const text = JSON.stringify(toEventMessage({ type: 'volume', action: 'create', id: 'v', attributes: {}, at }));
  assert.match(text, /"time":1795262085,"timeNano":1795262085916000000\}$/);
});
