import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { digestOf } from '../oci/index.ts';
import { configOf, dockerArchive, makeBench, stream } from '../testing/archived-images.ts';

test('load stores shared layers once and says what is unique', async () => {
  await using t = await makeBench();
  const archive = dockerArchive([
    { tags: ['app:1', 'r.io/app:1'], layers: ['base', 'one'] },
    { tags: ['app:2'], layers: ['base', 'other'] },
  ]);
  const loaded = await t.images.load({ source: stream(archive) });
  assert.deepEqual(
    loaded.map((each) => [each.references, each.layersNew, each.layersShared]),
    [
      [['app:1', 'r.io/app:1'], 2, 0],
      [['app:2'], 1, 1],
    ],
  );
  assert.equal((await t.count()).layers, 3);
  const again = await t.images.load({ source: stream(archive) });
  assert.deepEqual(
    again.map((each) => each.layersNew),
    [0, 0],
  );
  const detail = await t.images.inspect('app:2');
  assert.equal(detail.uniqueBytes, 5);
  assert.deepEqual(
    detail.layers.map((layer) => [layer.createdBy, layer.sharedWith]),
    [
      ['make base', ['app:1']],
      ['make other', []],
    ],
  );
  assert.deepEqual(
    detail.history.map((entry) => entry.sizeBytes),
    [4, 5],
  );
});

test('a layer named by a link inside the archive is found', async () => {
  await using t = await makeBench();
  const archive = dockerArchive([{ tags: ['a:1'], layers: ['x'] }], {
    'x/layer.tar': '->../y/layer.tar',
    'y/layer.tar': 'x',
  });
  assert.equal((await t.images.load({ source: stream(archive) }))[0]?.layersNew, 1);
});

test('an archive with one bad image adds none of its images', async () => {
  await using t = await makeBench();
  await t.images.load({ source: stream(dockerArchive([{ tags: ['kept:1'], layers: ['base'] }])) });
  const before = await t.count();
  const good = { tags: ['good:1'], layers: ['base', 'new'] };
  const config = configOf(['x']);
  const bad: [string, string][] = [
    ['wrong diffID', dockerArchive([good, { tags: [], layers: ['evil'], config: configOf(['promised']) }])],
    ['count', dockerArchive([good, { tags: [], layers: ['a', 'b'], config }])],
    ['missing layer', dockerArchive([good, { tags: [], layers: ['x'] }], { 'x/layer.tar': '->../../../etc/shadow' })],
    [
      'wrong config digest',
      dockerArchive([good, { tags: [], layers: ['x'] }], { [`${digestOf(config).slice(7)}.json`]: '{}' }),
    ],
    ['bad tag', dockerArchive([good, { tags: ['NO'], layers: ['x'] }])],
    ['duplicate key', JSON.stringify({ 'manifest.json': '[{"Config":"a","Config":"b"}]' })],
    ['nothing', JSON.stringify({ repositories: '{}' })],
  ];
  for (const [why, archive] of bad) {
    await assert.rejects(t.images.load({ source: stream(archive) }), { code: 'data_corrupt' }, why);
    assert.deepEqual(await t.count(), before, why);
  }
  assert.deepEqual(
    (await t.images.list()).flatMap((image) => image.references),
    ['kept:1'],
  );
  assert.deepEqual(await readdir(t.paths.ingest), []);
});

test('an OCI layout keeps its manifest, and lies in it are refused', async () => {
  await using t = await makeBench();
  const config = configOf(['x']);
  const blob = (text: string) => ({ digest: digestOf(text), size: Buffer.byteLength(text) });
  const layout = (manifest: object, index: object = {}) => {
    const text = JSON.stringify(manifest);
    const annotations = { 'io.containerd.image.name': 'docker.io/library/oci:1' };
    return JSON.stringify({
      'index.json': JSON.stringify({ schemaVersion: 2, manifests: [{ ...blob(text), annotations }], ...index }),
      [`blobs/sha256/${digestOf(text).slice(7)}`]: text,
      [`blobs/sha256/${digestOf(config).slice(7)}`]: config,
      [`blobs/sha256/${digestOf('x').slice(7)}`]: 'x',
    });
  };
  const manifest = { schemaVersion: 2, config: blob(config), layers: [blob('x')] };
  const [loaded] = await t.images.load({ source: stream(layout(manifest)) });
  assert.deepEqual(loaded?.references, ['oci:1']);
  const record = await t.images.resolve('oci:1');
  assert.equal(record.manifestDigest, digestOf(JSON.stringify(manifest)));
  assert.equal((await t.images.resolve(`oci@${record.manifestDigest}`)).id, record.id);
  const lies = [
    layout({ ...manifest, layers: [{ ...blob('x'), size: 2 }] }),
    layout({ ...manifest, layers: [blob('y')] }),
    layout({ ...manifest, manifests: [] }),
    layout(manifest, { layers: [] }),
    layout({ ...manifest, layers: [] }),
  ];
  for (const lie of lies) await assert.rejects(t.images.load({ source: stream(lie) }), { code: 'data_corrupt' });
});

test('what a failed load held is let go, also when its files cannot be removed', async () => {
  await using t = await makeBench();
  const begin = t.content.begin.bind(t.content);
  t.content.begin = async () => {
    const ingest = await begin();
    ingest.abort = () => Promise.reject(new Error('input/output error'));
    return ingest;
  };
  const config = configOf(['fine', 'other']);
  const archive = dockerArchive([{ tags: ['a:1'], layers: ['fine', 'wrong'], config }]);
  await assert.rejects(t.images.load({ source: stream(archive) }));
  t.content.begin = begin;
  await t.images.collect();
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});
