import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageDetail } from '#engine/images/index.ts';
import { parseDigest } from '#engine/oci/index.ts';
import { golden } from './golden.ts';
import { toHistory, toImageInspect, toImageListItem, toRemovedItem } from './images.ts';

const ID = parseDigest('sha256:cb924047298a67e0a8f4a03e29cf28353de79f3546b06660cedcc1a771c2c624');
const DIFF_ID = 'sha256:d6c279d7b912557b3475b6cc6efa5999beac9320db5a0ff1cca43cda356d78b0';
const SIZE = 1985570;

/** The recorded busybox, as our engine would tell of it. Times of ours have milliseconds. */
const busybox: ImageDetail = {
  id: ID,
  references: ['busybox:latest'],
  repoDigests: [],
  createdAt: new Date('2026-11-21T11:35:49.347Z'),
  addedAt: new Date('2026-11-21T11:35:49.348Z'),
  lastTaggedAt: new Date('2026-11-21T11:35:49.348Z'),
  sizeBytes: SIZE,
  uniqueBytes: SIZE,
  platform: { os: 'linux', architecture: 'amd64' },
  source: 'imported',
  usedBy: [{ id: 'f'.repeat(64) as never, name: 'demo', running: true }],
  layerCount: 1,
  labels: {},
  parent: undefined,
  children: [],
  ancestors: [],
  manifestDigest: ID,
  config: {
    os: 'linux',
    architecture: 'amd64',
    config: { Cmd: ['sh'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
    rootfs: { type: 'layers', diff_ids: [DIFF_ID] },
  },
  layers: [{ digest: ID, diffId: DIFF_ID, sizeBytes: 1, unpackedBytes: SIZE, createdBy: '', sharedWith: [] }],
  history: [{ created: '2026-11-21T11:35:49.347Z', comment: 'busybox root', sizeBytes: SIZE }],
};

/** What dockerd says of its own storage and its own clock is not ours to repeat. */
function comparable<T extends object>(inspect: T) {
  const { Created, Metadata, GraphDriver, DockerVersion, ...rest } = inspect as Record<string, unknown>;
  const text = (value: unknown) => String(value).replace(/\.(\d{3})\d*Z$/, '.$1Z');
  const { LastTagTime } = Metadata as { LastTagTime: string };
  return {
    ...rest,
    Created: text(Created),
    LastTagTime: text(LastTagTime),
    driver: Object.keys(GraphDriver as object),
  };
}

for (const [name, level] of [
  ['image-list', 51],
  ['image-list-v1.41', 41],
] as const) {
  test(`an image of a list is what dockerd sends (${name})`, async () => {
    assert.deepEqual([toImageListItem(busybox, { level, sharedSize: false })], await golden(name));
  });
}

for (const [name, level] of [
  ['image-inspect', 51],
  ['image-inspect-v1.41', 41],
] as const) {
  test(`an inspected image is what dockerd sends (${name})`, async () => {
    assert.deepEqual(comparable(toImageInspect(busybox, level)), comparable(await golden<object>(name)));
  });
}

test('an image without names says so in the way of its version', () => {
  const nameless = { ...busybox, references: [] };
  const listed = (level: number) => {
    const { RepoTags, RepoDigests } = toImageListItem(nameless, { level, sharedSize: true });
    return [RepoTags, RepoDigests];
  };
  assert.deepEqual(listed(51), [[], []]);
  assert.deepEqual(listed(42), [['<none>:<none>'], ['<none>@<none>']]);
});

test('shared bytes are told only to who asks', () => {
  const shared = { ...busybox, uniqueBytes: SIZE - 70 };
  assert.equal(toImageListItem(shared, { level: 51, sharedSize: true }).SharedSize, 70);
  assert.equal(toImageListItem(shared, { level: 51, sharedSize: false }).SharedSize, -1);
});

test('the history of an import is what dockerd sends', async () => {
  assert.deepEqual(toHistory(busybox), await golden('image-history'));
});

test('history is newest first, and only the newest entry is an image', () => {
  const history = [
    { created: '2026-01-01T00:00:00Z', created_by: 'ADD root', sizeBytes: 7 },
    { created_by: 'CMD ["sh"]', empty_layer: true, sizeBytes: 0 },
  ];
  const entries = toHistory({ ...busybox, history });
  assert.deepEqual(
    entries.map(({ Id, CreatedBy, Size, Tags }) => [Id, CreatedBy, Size, Tags]),
    [
      [ID, 'CMD ["sh"]', 0, ['busybox:latest']],
      ['<missing>', 'ADD root', 7, null],
    ],
  );
});

test('what was removed has the names of the API', () => {
  assert.deepEqual([{ untagged: 'a:1' }, { deleted: ID }].map(toRemovedItem), [{ Untagged: 'a:1' }, { Deleted: ID }]);
});
