import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineEvent, EventBus } from '../events/index.ts';
import type { ContainerRecord } from './container-service.ts';
import { tellMounted, tellUnmounted } from './volume-events.ts';

test('volumes are told with their places, binds and tmpfs are not', () => {
  const told: EngineEvent[] = [];
  const events = new EventBus();
  using _listening = events.subscribe((event) => told.push(event));
  const mounts: ContainerRecord['mounts'] = [
    { type: 'volume', name: 'data', target: '/data', readOnly: true },
    { type: 'bind', source: '/srv', target: '/srv', readOnly: false },
    { type: 'tmpfs', target: '/tmp' },
  ];
  const record = { id: 'c1', mounts } as unknown as ContainerRecord;
  const ctx = { events, clock: () => new Date(0) };
  tellMounted(ctx, record);
  tellUnmounted(ctx, record);
  assert.deepEqual(
    told.map(({ type, action, id, attributes }) => ({ type, action, id, attributes })),
    [
      {
        type: 'volume',
        action: 'mount',
        id: 'data',
        attributes: { container: 'c1', driver: 'local', destination: '/data', propagation: '', 'read/write': 'false' },
      },
      { type: 'volume', action: 'unmount', id: 'data', attributes: { container: 'c1', driver: 'local' } },
    ],
  );
});
