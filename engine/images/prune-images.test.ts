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
    parent: undefined,
    children: [],
    ...change,
  };
}

/** A stack of images, each committed on top of the one before; the newest is the oldest by its clock. */
function stackOf(...stack: [name: string, change?: Partial<ImageSummary>][]): ImageSummary[] {
  return stack.map(([name, change], at) =>
    image(name, {
      createdAt: new Date(1_000 - at),
      parent: stack[at - 1] && digestOf(stack[at - 1]?.[0] ?? ''),
      children: stack.slice(at + 1, at + 2).map(([child]) => digestOf(child)),
      ...change,
    }),
  );
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

const STACKS: [string, ImageSummary[], Parameters<typeof imagesToPrune>[1], string[]][] = [
  ['from the top down', stackOf(['a'], ['b'], ['c']), {}, ['c', 'b', 'a']],
  ['none below one with a name', stackOf(['a'], ['b', { references: ['b:1'] }]), {}, []],
  ['none below one in use', stackOf(['a'], ['b', { usedBy: inUse }]), { dangling: false }, []],
  ['down to one with a name', stackOf(['a', { references: ['a:1'] }], ['b'], ['c']), {}, ['c', 'b']],
  ['with names when these are meant', stackOf(['a', { references: ['a:1'] }], ['b']), { dangling: false }, ['b', 'a']],
  [
    'with what is below, whatever its labels',
    stackOf(['a'], ['b', { labels: { k: '' } }]),
    { label: ['k'] },
    ['b', 'a'],
  ],
  [
    'down to what was not confirmed',
    stackOf(['a'], ['b'], ['c']),
    { only: [digestOf('b'), digestOf('c')] },
    ['c', 'b'],
  ],
];

for (const [what, images, filter, expected] of STACKS) {
  test(`prune takes images committed on each other ${what}`, () => {
    const chosen = imagesToPrune(images, filter);
    assert.deepEqual(
      chosen.map(({ id }) => id),
      expected.map((name) => digestOf(name)),
    );
  });
}
