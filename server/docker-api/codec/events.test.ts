import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '#engine/events/index.ts';
import { parseFilters } from '../filters.ts';
import { eventMatches, toEventMessage } from './events.ts';
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

const started: EngineEvent = {
  type: 'container',
  action: 'start',
  id: 'c0ffee',
  attributes: { name: 'web', image: 'nginx:1', team: 'a' },
  at: new Date(0),
};
const connected: EngineEvent = {
  type: 'network',
  action: 'connect',
  id: 'abc',
  attributes: { name: 'backend', container: 'c0ffee' },
  at: new Date(0),
};
const probed: EngineEvent = { ...started, action: 'exec_start: sh -c true' };

for (const [filters, event, expected] of [
  [{}, started, true],
  [{ type: ['container'] }, started, true],
  [{ type: ['network', 'volume'] }, started, false],
  [{ container: ['web'] }, started, true],
  [{ container: ['c0f'] }, started, true],
  [{ container: ['eb'] }, started, false],
  [{ container: ['web'] }, connected, false],
  [{ network: ['backend'] }, connected, true],
  [{ event: ['start', 'die'] }, started, true],
  [{ event: ['exec_start'] }, probed, true],
  [{ event: ['exec_start: sh -c true'] }, probed, true],
  [{ event: ['exec_create'] }, probed, false],
  [{ image: ['nginx'] }, started, true],
  [{ image: ['nginx:1'] }, started, true],
  [{ image: ['nginx:2'] }, started, false],
  [{ label: ['team=a'] }, started, true],
  [{ label: ['team=a', 'other'] }, started, false],
  [{ scope: ['swarm'] }, started, false],
  [{ nobody: ['knows'] }, started, true],
] as const) {
  test(`filters ${JSON.stringify(filters)} let ${event.type} ${event.action} pass: ${expected}`, () => {
    const query = new URLSearchParams({ filters: JSON.stringify(filters) });
    assert.equal(eventMatches(parseFilters(query), event), expected);
  });
}
