import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { digestOf } from '../oci/index.ts';
import { archiveOf, configOf, dockerFiles, layerOf } from '../testing/image-archives.ts';
import { createImageBench } from '../testing/image-bench.ts';

const low = layerOf([{ name: 'a', data: 'below' }]);
const high = layerOf([{ name: 'b', data: 'above' }]);

test('a saved image is loaded again with the same id, names and layers', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  await t.images.load({ source: Readable.from([archiveOf(dockerFiles([low, high], { tag: 'team/app:1' }))]) });
  await t.images.tag('team/app:1', 'other:2');
  const before = await t.images.resolve('team/app:1');
  const archive = await buffer(await t.images.save(['team/app:1', 'other:2', 'other']));
  await t.images.remove('team/app:1');
  await t.images.remove('other:2');
  await t.assertEmpty('the lease of the finished save holds nothing');
  const [loaded] = await t.images.load({ source: Readable.from([archive]) });
  assert.deepEqual(loaded?.references.toSorted(), ['other:2', 'team/app:1']);
  const after = await t.images.resolve('other:2');
  assert.equal(after.id, before.id);
  assert.deepEqual(
    after.layers.map((layer) => layer.diffId),
    before.layers.map((layer) => layer.diffId),
  );
});

test('an archive holds plain layers under their diffIDs, for Docker and as an OCI layout', {
  timeout: 60_000,
}, async () => {
  await using t = await createImageBench();
  await t.images.load({ source: Readable.from([archiveOf(dockerFiles([low, high]))]) });
  const file = join(t.folder, 'saved.tar');
  await writeFile(file, await t.images.save(['app:1']));
  const folder = join(t.folder, 'saved');
  await mkdir(folder);
  execFileSync('tar', ['-C', folder, '-xf', file]);
  const json = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const [image] = await json('manifest.json');
  assert.deepEqual(image.RepoTags, ['app:1']);
  assert.deepEqual(image.Config, `blobs/sha256/${digestOf(configOf([low, high])).slice(7)}`);
  for (const [at, layer] of [low, high].entries()) {
    assert.deepEqual(await readFile(join(folder, image.Layers[at])), layer.tar);
    assert.equal(image.Layers[at], `blobs/sha256/${digestOf(layer.tar).slice(7)}`);
  }
  const { manifests } = await json('index.json');
  assert.equal(manifests[0].annotations['io.containerd.image.name'], 'docker.io/library/app:1');
  assert.deepEqual(await json('repositories'), { app: { '1': digestOf(high.tar).slice(7) } });
  await writeFile(join(folder, 'manifest.json'), '[]');
  execFileSync('tar', ['-C', folder, '--exclude=manifest.json', '-cf', file, '.']);
  await t.images.remove('app:1');
  const [loaded] = await t.images.load({ source: createReadStream(file) });
  assert.deepEqual(loaded?.references, ['app:1'], 'the layout alone is enough');
});

test('an image saved by id has no name, and a missing one is said before anything is written', {
  timeout: 60_000,
}, async () => {
  await using t = await createImageBench();
  const [image] = await t.images.load({ source: Readable.from([archiveOf(dockerFiles([low]))]) });
  assert.ok(image);
  const archive = await buffer(await t.images.save([image.id]));
  await t.images.remove('app:1');
  const [loaded] = await t.images.load({ source: Readable.from([archive]) });
  assert.deepEqual([loaded?.id, loaded?.references], [image.id, []]);
  await assert.rejects(t.images.save(['nope']), { code: 'not_found', message: 'No such image: nope:latest' });
});

test('a reader that goes away ends the save and gives up its holds', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const big = layerOf([{ name: 'big', data: Buffer.alloc(8 << 20, 7) }]);
  await t.images.load({ source: Readable.from([archiveOf(dockerFiles([big]))]) });
  const stream = await t.images.save(['app']);
  await new Promise((resolve) => stream.once('readable', resolve));
  stream.destroy();
  await new Promise((resolve) => stream.once('close', resolve));
  await t.images.remove('app:1');
  await t.assertEmpty();
});
