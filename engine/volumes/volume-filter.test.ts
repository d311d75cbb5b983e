import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { fitsFilter } from './volume-filter.ts';
import type { VolumeFilter, VolumeSummary } from './volume-service.ts';

const volume: VolumeSummary = {
  name: 'web-data',
  driver: 'local',
  scope: 'local',
  state: 'ready',
  anonymous: false,
  labels: { tier: 'web', empty: '' },
  options: {},
  pausedContainers: [],
  lastUse: undefined,
  createdAt: new Date(0),
  mountpoint: '/v/web-data/_data',
  usedBy: [],
  usage: undefined,
};

const CASES: [VolumeFilter, boolean][] = [
  [{}, true],
  [{ name: ['data'] }, true],
  [{ name: ['x', 'web'] }, true],
  [{ name: ['x'] }, false],
  [{ label: ['tier', 'empty='] }, true],
  [{ label: ['tier=web', 'other'] }, false],
  [{ label: ['tier=db'] }, false],
  [{ label: ['toString'] }, false],
  [{ driver: ['local'] }, true],
  [{ driver: ['nfs'] }, false],
  [{ dangling: true }, true],
  [{ dangling: false }, false],
  [{ name: ['data'], dangling: false }, false],
];

for (const [filter, expected] of CASES) {
  test(`${JSON.stringify(filter)} ${expected ? 'fits' : 'does not fit'} an unused volume`, () => {
    assert.equal(fitsFilter(volume, filter), expected);
  });
}

test('a used volume does not dangle', () => {
  const used = { ...volume, usedBy: [{ id: newContainerId(), name: 'c', running: false, paused: false }] };
  assert.equal(fitsFilter(used, { dangling: true }), false);
  assert.equal(fitsFilter(used, { dangling: false }), true);
});
