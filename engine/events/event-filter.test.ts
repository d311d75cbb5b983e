import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from './event-bus.ts';
import { type EventFilters, matchesEvent } from './event-filter.ts';

const exec: EngineEvent = {
  type: 'container',
  action: 'exec_start: sh -c true',
  id: 'abcdef',
  attributes: { image: 'localhost:5000/app:1', name: 'web', team: 'a' },
  at: new Date(0),
};
const pull: EngineEvent = {
  type: 'image',
  action: 'pull',
  id: 'busybox:1',
  attributes: { name: 'busybox' },
  at: new Date(0),
};
const connect: EngineEvent = {
  type: 'network',
  action: 'connect',
  id: '98218f',
  attributes: { container: 'abcdef', name: 'bridge' },
  at: new Date(0),
};

const CASES: [EngineEvent, EventFilters, boolean][] = [
  [exec, {}, true],
  [exec, { type: [], event: [] }, true],
  [exec, { type: ['image', 'container'] }, true],
  [exec, { type: ['image'] }, false],
  [exec, { event: ['exec_start'] }, true],
  [exec, { event: ['exec_start: sh -c true'] }, true],
  [exec, { event: ['exec'] }, false],
  [exec, { container: ['abc'] }, true],
  [exec, { container: ['we'] }, true],
  [exec, { container: ['db'] }, false],
  [connect, { container: ['abcdef'] }, false],
  [connect, { network: ['bri'] }, true],
  [exec, { network: ['bri'] }, false],
  [exec, { image: ['localhost:5000/app'] }, true],
  [exec, { image: ['localhost:5000/app:1'] }, true],
  [exec, { image: ['app'] }, false],
  [pull, { image: ['busybox'] }, true],
  [exec, { label: ['team'] }, true],
  [exec, { label: ['team=a', 'other'] }, false],
  [exec, { label: ['team=b'] }, false],
];

for (const [event, filters, expected] of CASES)
  test(`${JSON.stringify(filters)} ${expected ? 'lets through' : 'keeps back'} ${event.action}`, () => {
    assert.equal(matchesEvent(event, filters), expected);
  });
