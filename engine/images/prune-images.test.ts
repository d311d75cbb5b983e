import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { digestOf } from '../oci/index.ts';
import type { ImageSummary } from './image-service.ts';
import { imagesToPrune } from './prune-images.ts';

function image(name: string, change: Partial<ImageSummary> = {}): ImageSummary {
  return {
    id: digestOf(name),
    references: [],
    repoDigests: [],
    createdAt: new Date(1_000),
    addedAt: new Date(1_000),
    sizeBytes: 1,
    uniqueBytes: 1,
    platform: { os: 'linux', architecture: 'amd64' },
    source: 'loaded',
    usedBy: [],
    layerCount: 1,
    labels: {},
    ...change,
  };
}

const inUse = [{ id: newContainerId(), name: 'c', running: false }];
const IMAGES = {
  named: image('named', { references: ['named:1'] }),
  dangling: image('dangling'),
  old: image('old', { createdAt: new Date(5), labels: { stage: 'test', keep: '' } }),
  used: image('used', { usedBy: inUse }),
  usedByName: image('usedByName', { references: ['used:1'], usedBy: inUse }),
};

const CASES: [string, Parameters<typeof imagesToPrune>[1], (keyof typeof IMAGES)[]][] = [
  ['dangling ones, oldest first', {}, ['old', 'dangling']],
  ['all that no container uses', { dangling: false }, ['old', 'dangling', 'named']],
  ['made before a moment', { dangling: false, until: new Date(1_000) }, ['old']],
  ['with a label', { label: ['keep'] }, ['old']],
  ['with a value of a label', { label: ['stage=test', 'keep'] }, ['old']],
  ['with another value of a label', { label: ['stage=live'] }, []],
  ['without a label', { labelNot: ['keep'] }, ['dangling']],
  ['unless it has all of the labels', { labelNot: ['keep', 'gone'] }, ['old', 'dangling']],
  ['of a confirmed list', { dangling: false, only: [digestOf('named'), digestOf('used')] }, ['named']],
];

for (const [what, filter, expected] of CASES) {
  test(`prune takes images ${what}`, () => {
    const chosen = imagesToPrune(Object.values(IMAGES), filter);
    assert.deepEqual(
      chosen.map(({ id }) => id),
      expected.map((name) => IMAGES[name].id),
    );
  });
}
