import assert from 'node:assert/strict';
import { test } from 'node:test';
import { golden } from './golden.ts';
import { toVolume } from './volumes.ts';

const data = {
  name: 'data',
  driver: 'local',
  state: 'ready',
  anonymous: false,
  labels: { a: 'b' },
  options: {},
  createdAt: new Date('2026-11-21T11:35:49.741Z'),
  mountpoint: '/var/lib/docker/volumes/data/_data',
} as const;

test('a volume is what dockerd sends', async () => {
  assert.deepEqual(toVolume(data), await golden('volume-inspect'));
  const list = await golden<{ Volumes: unknown[] }>('volume-list');
  assert.deepEqual([toVolume(data)], list.Volumes);
});

test('labels and options that are not there are null', () => {
  const { Labels, Options } = toVolume({ ...data, labels: {} });
  assert.deepEqual([Labels, Options], [null, null]);
});
