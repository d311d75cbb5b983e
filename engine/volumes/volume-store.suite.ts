import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import type { VolumeRecord, VolumeStore } from './volume-service.ts';

function volume(name: string): VolumeRecord {
  return {
    name,
    driver: 'local',
    state: 'creating',
    anonymous: false,
    labels: { 'a.b': 'ü' },
    options: { type: 'tmpfs', device: 'tmpfs' },
    pausedContainers: [],
    lastUse: undefined,
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
  };
}

/** What every VolumeStore has to do; `make` gives an empty one. */
export function volumeStoreSuite(name: string, make: () => VolumeStore | Promise<VolumeStore>): void {
  const withStore = (title: string, body: (store: VolumeStore) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => body(await make()));
  };

  withStore('returns what was inserted and changed', async (store) => {
    await store.insert(volume('a'));
    await store.insert({ ...volume('b'), anonymous: true });
    const pausedContainers = [newContainerId(), newContainerId()];
    const lastUse = { containerName: 'wiki', at: new Date('2026-02-03T04:05:06.789Z') };
    await store.update('a', { state: 'ready', pausedContainers });
    await store.update('a', { lastUse });
    assert.deepEqual(await store.get('a'), { ...volume('a'), state: 'ready', pausedContainers, lastUse });
    assert.deepEqual((await store.list()).map((row) => row.anonymous).sort(), [false, true]);
    assert.equal(await store.get('A'), undefined);
  });

  withStore('refuses a second row of a name and changes of nothing', async (store) => {
    await store.insert(volume('a'));
    await assert.rejects(store.insert(volume('a')), { code: 'already_exists' });
    await store.delete('a');
    await store.delete('a');
    await assert.rejects(store.update('a', { state: 'ready' }), { code: 'not_found' });
    await store.insert(volume('a'));
  });
}
