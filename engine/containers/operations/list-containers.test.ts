import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepFrozen, newContainerId } from '../../lib/index.ts';
import { containerConfig } from '../../testing/container-config.ts';
import type { ContainerRecord } from '../container-service.ts';
import type { Context } from '../context.ts';
import { listContainers } from './list-containers.ts';

const STARTED = new Date('2026-01-02T03:00:00Z');
const MINUTE = 60_000;

function recordOf(name: string, change: Partial<ContainerRecord> = {}): ContainerRecord {
  return deepFrozen({
    id: newContainerId(),
    name,
    imageId: 'sha256:abc',
    config: containerConfig({ labels: { a: 'b' } }),
    process: { args: ['sh'], env: [], cwd: '/', user: '' } as never,
    mounts: [],
    state: { status: 'running', pid: 7, startedAt: STARTED } as never,
    phase: 'ready',
    manuallyStopped: false,
    restartCount: 0,
    createdBy: undefined,
    createdAt: STARTED,
    ...change,
  });
}

/** What a list is made of, to be changed between two looks. */
function open(record: ContainerRecord) {
  const parts = {
    record,
    network: 'bridge',
    endpoint: endpointOf(record, '10.0.0.2'),
    imageId: 'sha256:abc',
    now: new Date(STARTED.getTime() + 5 * MINUTE),
    task: {} as { ending?: 'stop'; killAt?: Date },
  };
  const ctx = {
    store: { list: async () => [parts.record] },
    networks: { list: async () => [{ name: parts.network, endpoints: [parts.endpoint] }] },
    images: { resolve: async () => ({ id: parts.imageId }) },
    tasks: { get: () => parts.task },
    clock: () => parts.now,
  } as unknown as Context;
  const look = async () => (await listContainers(ctx, { all: true }))[0];
  return { parts, look };
}

function endpointOf({ id }: ContainerRecord, address: string) {
  return deepFrozen({ containerId: id, state: 'ready', address, ports: [{ containerPort: 80 }] });
}

test('a row is made once for all who look, and cannot be changed by one of them', async () => {
  const { parts, look } = open(recordOf('web'));
  const row = await look();
  parts.now = new Date(parts.now.getTime() + 1_000);
  assert.equal(await look(), row);
  assert.throws(() => Object.assign(row?.labels ?? {}, { a: 'c' }), TypeError);
  assert.throws(() => row?.ports.push(), TypeError);
});

test('whatever a row is made of makes another one when it changes', async () => {
  const { parts, look } = open(recordOf('web'));
  const before = await look();
  parts.record = deepFrozen({ ...parts.record, name: 'site' });
  assert.equal((await look())?.name, 'site');
  parts.now = new Date(parts.now.getTime() + MINUTE);
  assert.equal((await look())?.status, 'Up 6 minutes');
  parts.endpoint = endpointOf(parts.record, '10.0.0.3');
  parts.network = 'own';
  assert.deepEqual((await look())?.networks, [{ name: 'own', address: '10.0.0.3' }]);
  parts.network = 'renamed';
  assert.equal((await look())?.networks[0]?.name, 'renamed');
  parts.imageId = 'sha256:other';
  assert.equal((await look())?.image, 'abc');
  parts.task = { ending: 'stop' };
  const ending = await look();
  assert.deepEqual([ending?.ending, ending?.allowedActions.includes('stop')], ['stop', false]);
  const killAt = new Date();
  parts.task = { ending: 'stop', killAt };
  assert.equal((await look())?.killAt, killAt);
  parts.task = {};
  const after = await look();
  assert.deepEqual([after?.ending, after?.allowedActions], [undefined, before?.allowedActions]);
});

test('a record that its store gives to one caller alone is shared with nobody', async () => {
  const record = structuredClone(recordOf('web'));
  const { look } = open(record);
  const row = await look();
  record.name = 'site';
  assert.deepEqual([row?.name, (await look())?.name], ['web', 'site']);
});
