import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../oci/index.ts';
import { makeBench, stream } from '../testing/archived-images.ts';

test('import makes an image with its changes and tells about it', async () => {
  await using t = await makeBench();
  const image = await t.images.import({
    source: stream('rootfs'),
    reference: 'own/base',
    changes: ['CMD ["x"]', 'LABEL a=b'],
  });
  assert.deepEqual(image.references, ['own/base:latest']);
  assert.deepEqual([image.source, image.sizeBytes, image.uniqueBytes, image.layerCount], ['imported', 6, 6, 1]);
  assert.deepEqual(image.labels, { a: 'b' });
  const detail = await t.images.inspect(image.id.slice(7, 19));
  assert.deepEqual(detail.config.config?.Cmd, ['x']);
  assert.equal(detail.lastTaggedAt?.toISOString(), '2026-01-02T03:04:05.000Z');
  assert.equal(digestOf(await t.content.readAll(image.id)), image.id);
  assert.deepEqual(
    t.events.history().map(({ action, name, attributes }) => [action, name, attributes]),
    [
      ['tag', 'own/base:latest', { a: 'b', name: 'own/base:latest' }],
      ['import', 'own/base:latest', { a: 'b', name: image.id }],
    ],
  );
  assert.deepEqual(await t.images.verify(), []);
});

test('a refused import leaves nothing', async () => {
  await using t = await makeBench();
  for (const opts of [{ reference: 'BAD' }, { changes: ['RUN x'] }, { reference: `a@${digestOf('a')}` }]) {
    await assert.rejects(t.images.import({ source: stream('x'), ...opts }), { code: 'invalid_argument' });
  }
  await assert.rejects(t.images.import({ source: stream('x'), signal: AbortSignal.abort() }), {
    code: 'cancelled',
  });
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
  assert.deepEqual(await t.images.list(), []);
});
