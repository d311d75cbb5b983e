import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerRecord, ContainerState } from '#engine/containers/index.ts';
import { isEngineError } from '#engine/errors/index.ts';
import type { ImageRecord } from '#engine/images/index.ts';
import { type ContainerId, newContainerId } from '#engine/lib/index.ts';
import type { EndpointRecord, NetworkRecord } from '#engine/networks/index.ts';
import { type ChainId, digestOf } from '#engine/oci/index.ts';
import { containerConfig } from '#engine/testing/container-config.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { createStores } from './index.ts';

const at = new Date('2026-01-02T03:04:05.678Z');
const code = (expected: Parameters<typeof isEngineError>[1]) => (error: unknown) => isEngineError(error, expected);

function container(name: string, change: Partial<ContainerRecord> = {}): ContainerRecord {
  return {
    id: newContainerId(),
    name,
    imageId: digestOf(name),
    config: containerConfig({ labels: { $date: 'x', status: 'y' } }),
    process: { args: ['sh'], env: ['A=ü'], cwd: '/', user: '0:0', stopSignal: 15, stopTimeoutSeconds: 10 },
    mounts: [{ type: 'volume', name: 'v', target: '/d', readOnly: false }],
    state: { status: 'created' },
    phase: 'creating',
    manuallyStopped: false,
    restartCount: 0,
    createdBy: 'ann',
    createdAt: at,
    ...change,
  };
}

const ended = { exitCode: 137, oomKilled: true, startedAt: at, finishedAt: new Date(9) };
const STATES: ContainerState[] = [
  { status: 'created', error: 'no such file', exitCode: 127 },
  { status: 'running', pid: 42, pidStartTicks: 2n ** 60n + 1n, startedAt: at },
  { status: 'paused', pid: 42, pidStartTicks: 7n, startedAt: at },
  { status: 'restarting', ...ended, nextAt: new Date(10), attempt: 3 },
  { status: 'exited', ...ended, signal: 9, stoppedBy: 'ann' },
  { status: 'dead', ...ended, error: 'device busy' },
  { status: 'removing' },
];

test('a container comes back as it was saved, in every state', async () => {
  await using scratch = await openTestDatabase();
  const { containers } = createStores(scratch.db);
  const record = container('web');
  await containers.insert(record);
  assert.deepEqual(await containers.get(record.id), record);
  for (const state of STATES) {
    await containers.update(record.id, { state });
    assert.deepEqual((await containers.findByName('web'))?.state, state);
  }
  await containers.update(record.id, { name: 'site', phase: 'ready', createdBy: undefined, restartCount: 2 });
  const renamed = await containers.get(record.id);
  assert.deepEqual(
    [renamed?.name, renamed?.phase, renamed?.createdBy, renamed?.restartCount],
    ['site', 'ready', undefined, 2],
  );
  await containers.delete(record.id);
  await containers.delete(record.id);
  assert.deepEqual(await containers.list(), []);
  await assert.rejects(containers.update(record.id, { phase: 'ready' }), code('not_found'));
});

test('a name is taken once, by insert and by rename, and the holder is named', async () => {
  await using scratch = await openTestDatabase();
  const { containers } = createStores(scratch.db);
  const [first, second] = [container('web'), container('db')];
  await containers.insert(first);
  await containers.insert(second);
  const taken = (error: unknown) =>
    isEngineError(error, 'already_exists') &&
    error.details.reason === 'name_taken' &&
    error.details['holder'] === first.id;
  await assert.rejects(containers.insert(container('web')), taken);
  await assert.rejects(containers.update(second.id, { name: 'web' }), taken);
});

test('a prefix finds at most two and takes wildcards literally', async () => {
  await using scratch = await openTestDatabase();
  const { containers } = createStores(scratch.db);
  const id = (text: string) => text.padEnd(64, '0') as ContainerId;
  for (const prefix of ['aa1', 'aa2', 'aa3', 'ab']) await containers.insert(container(prefix, { id: id(prefix) }));
  assert.equal((await containers.findByIdPrefix('aa')).length, 2);
  assert.deepEqual(
    (await containers.findByIdPrefix('ab')).map(({ name }) => name),
    ['ab'],
  );
  for (const odd of ['%', 'a_', 'b']) assert.deepEqual(await containers.findByIdPrefix(odd), []);
});

test('an image is replaced with its tags in one step, and takes them with it', async () => {
  await using scratch = await openTestDatabase();
  const { images } = createStores(scratch.db);
  const image: ImageRecord = {
    id: digestOf('config'),
    manifestDigest: digestOf('manifest'),
    layers: [{ digest: digestOf('l'), sizeBytes: 1, mediaType: 'm', diffId: digestOf('d'), unpackedBytes: 2 }],
    platform: { os: 'linux', architecture: 'amd64' },
    chainId: undefined,
    config: { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } },
    sizeBytes: 2 ** 40,
    source: 'loaded',
    createdAt: new Date(0),
    addedAt: at,
  };
  await images.save(image, ['docker.io/library/a:1', 'docker.io/library/a:2']);
  await images.save({ ...image, source: 'pulled' }, []);
  assert.deepEqual(await images.get(image.id), { ...image, source: 'pulled' });
  assert.equal((await images.listTags()).length, 2);
  assert.deepEqual(await images.findByPrefix(image.id.slice(7, 12)), [image.id]);
  const other = { ...image, id: digestOf('other') };
  await images.save(other, ['docker.io/library/a:2']);
  assert.equal((await images.getTag('docker.io/library/a:2'))?.imageId, other.id);
  await images.setTag('docker.io/library/b:1', image.id, new Date(5));
  assert.deepEqual((await images.getTag('docker.io/library/b:1'))?.updatedAt, new Date(5));
  assert.equal(await images.deleteTag('docker.io/library/b:1'), true);
  assert.equal(await images.deleteTag('docker.io/library/b:1'), false);
  await images.delete(image.id);
  assert.deepEqual(
    (await images.listTags()).map(({ reference }) => reference),
    ['docker.io/library/a:2'],
  );
  await assert.rejects(images.setTag('x', image.id, at), code('not_found'));
  assert.equal((await images.list()).length, 1);
});

test('snapshots get keys that are never given again', async () => {
  await using scratch = await openTestDatabase();
  const { snapshots } = createStores(scratch.db);
  const plain = {
    parent: undefined,
    chainId: undefined,
    diffId: undefined,
    owner: undefined,
    sizeBytes: 0,
    createdAt: at,
  };
  const first = await snapshots.insert({ ...plain, kind: 'committed', state: 'preparing' });
  const chainId = digestOf('chain') as string as ChainId;
  await snapshots.update(first.key, { state: 'ready', chainId, sizeBytes: 2 ** 40 });
  assert.deepEqual(await snapshots.findByChainId(chainId), { ...first, state: 'ready', chainId, sizeBytes: 2 ** 40 });
  const active = await snapshots.insert({ ...plain, kind: 'active', state: 'ready', owner: 'c1', parent: first.key });
  assert.deepEqual(await snapshots.findByOwner('c1'), active);
  await snapshots.update(active.key, { owner: undefined });
  assert.equal(await snapshots.findByOwner('c1'), undefined);
  await snapshots.delete(active.key);
  const next = await snapshots.insert({ ...plain, kind: 'active', state: 'ready' });
  assert.ok(next.key > active.key);
  assert.equal((await snapshots.list()).length, 2);
  await assert.rejects(snapshots.update(active.key, { state: 'ready' }), code('not_found'));
});

test('networks and endpoints are unique where two would collide', async () => {
  await using scratch = await openTestDatabase();
  const { networks } = createStores(scratch.db);
  const network: NetworkRecord = {
    id: 'n1',
    name: 'bridge',
    driver: 'bridge',
    state: 'creating',
    builtin: true,
    bridge: 'davit0',
    subnet: '172.17.0.0/16',
    gateway: undefined,
    internal: false,
    labels: { a: 'b' },
    options: {},
    createdAt: at,
  };
  await networks.insert(network);
  await networks.update('n1', { state: 'ready', subnet: undefined });
  assert.deepEqual(await networks.list(), [{ ...network, state: 'ready', subnet: undefined }]);
  await assert.rejects(networks.insert({ ...network, id: 'n2' }), code('already_exists'));

  const endpoint: EndpointRecord = {
    containerId: newContainerId(),
    networkId: 'n1',
    state: 'creating',
    address: '172.17.0.2',
    mac: '02:42:ac:11:00:02',
    hostIf: 'davit1',
    ifName: 'eth0',
    aliases: ['web'],
    ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 }],
  };
  await networks.insertEndpoint(endpoint);
  assert.deepEqual(await networks.listEndpoints(), [endpoint]);
  const other = { ...endpoint, containerId: newContainerId() };
  await assert.rejects(networks.insertEndpoint(other), code('already_exists'));
  await assert.rejects(networks.insertEndpoint({ ...endpoint, address: '172.17.0.3' }), code('already_exists'));
  await networks.insertEndpoint({ ...other, address: '172.17.0.3' });
  await networks.updateEndpoint(endpoint.containerId, 'n1', { state: 'ready', ports: [] });
  const saved = (await networks.listEndpoints()).find(({ containerId }) => containerId === endpoint.containerId);
  assert.deepEqual([saved?.state, saved?.ports], ['ready', []]);
  await networks.deleteEndpoint(endpoint.containerId, 'n1');
  assert.equal((await networks.listEndpoints()).length, 1);
  await networks.delete('n1');
  assert.deepEqual(await networks.list(), []);
});

test('volumes keep labels and options and are made once', async () => {
  await using scratch = await openTestDatabase();
  const { volumes } = createStores(scratch.db);
  const volume = { name: 'data', anonymous: false, labels: { a: 'b' }, options: {}, createdAt: at };
  await volumes.insert({ ...volume, driver: 'local', state: 'creating' });
  await assert.rejects(volumes.insert({ ...volume, driver: 'local', state: 'creating' }), code('already_exists'));
  await volumes.update('data', { state: 'ready', labels: {} });
  assert.deepEqual(await volumes.get('data'), { ...volume, driver: 'local', state: 'ready', labels: {} });
  assert.equal((await volumes.list()).length, 1);
  await volumes.delete('data');
  assert.equal(await volumes.get('data'), undefined);
});
