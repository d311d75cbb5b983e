import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../oci/index.ts';
import { ImageCatalogue } from './describe-image.ts';
import type { ImageRecord } from './image-service.ts';

function imageWith(sizes: number[], history: { created_by?: string; empty_layer?: boolean }[]): ImageRecord {
  const diffIds = sizes.map((size) => digestOf(`layer of ${size}`));
  return {
    id: digestOf('config'),
    manifestDigest: digestOf('manifest'),
    layers: sizes.map((unpackedBytes, at) => {
      const diffId = diffIds[at] ?? '';
      return { digest: digestOf(`blob of ${unpackedBytes}`), sizeBytes: 1, mediaType: 'm', diffId, unpackedBytes };
    }),
    platform: { os: 'linux', architecture: 'amd64' },
    chainId: undefined,
    config: { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: diffIds }, history },
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    source: 'loaded',
    createdAt: new Date(0),
    addedAt: new Date(0),
  };
}

const COPY = { created_by: 'COPY' };
const ENV = { created_by: 'ENV', empty_layer: true };

for (const [title, sizes, history, expected] of [
  ['each entry has the size of its layer', [3, 5], [COPY, ENV, COPY], ['COPY 3', 'ENV 0', 'COPY 5']],
  ['layers that no entry tells of come last', [3, 5, 7], [ENV, COPY], ['ENV 0', 'COPY 3', ' 5', ' 7']],
  ['without history each layer is one entry', [3], [], [' 3']],
  ['entries without a layer are empty', [3], [COPY, COPY], ['COPY 3', 'COPY 0']],
] as const) {
  test(`history: ${title}`, async () => {
    const image = imageWith([...sizes], [...history]);
    const detail = await new ImageCatalogue([image], []).detail(image, { containersOf: async () => [] });
    assert.deepEqual(
      detail.history.map(({ created_by = '', sizeBytes }) => `${created_by} ${sizeBytes}`),
      expected,
    );
  });
}

test('what goes with several images counts the layers that only they share, each once', () => {
  const named = (name: string, sizes: number[]) => ({ ...imageWith(sizes, []), id: digestOf(name) });
  const [base, web, api] = [named('base', [3]), named('web', [3, 5]), named('api', [3, 5, 7])];
  const catalogue = new ImageCatalogue([base, web, api], []);
  const bytes = (...images: ImageRecord[]) => catalogue.removalBytes(new Set(images.map(({ id }) => id)));
  assert.equal(bytes(web), 0);
  assert.equal(bytes(api), 7);
  assert.equal(bytes(web, api), 12);
  assert.equal(bytes(base, web, api), 15);
  assert.equal(bytes(), 0);
});
