import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { HOST, MISSING, multiPlatform, OTHER } from '../testing/multi-platform.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';

test('a name keeps its platforms apart, and what is saved again has the same index', { timeout: 60_000 }, async () => {
  const place = await newTestPlace();
  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  const { images, containers } = engine;
  const load = (archive: Buffer, platform?: typeof MISSING) =>
    images.load({ source: Readable.from([archive]), platform });
  const save = async (platform?: typeof MISSING) => buffer((await images.save(['app:1'], { platform })).stream);
  const platforms = async () => (await images.list()).map(({ platform }) => platform.architecture).sort();
  const both = [OTHER, HOST].map(({ architecture }) => architecture).sort();
  const { archive, index, ids } = multiPlatform();

  await assert.rejects(load(archive, MISSING), {
    code: 'not_found',
    message: /no image for the platform linux\/s390x/,
  });
  await load(archive);
  assert.deepEqual(await platforms(), both);
  assert.equal((await images.resolve('app:1')).id, ids[1], 'without a platform that of the host');
  assert.equal((await images.resolve('app:1', { platform: OTHER })).id, ids[0]);
  assert.equal((await images.inspect('app:1', { platform: OTHER })).platform.variant, 'v8');
  assert.equal((await images.resolve(`app@${index}`)).id, ids[1]);
  for (const id of ids) assert.deepEqual((await images.inspect(id)).references, ['app:1']);
  const words = `image with reference app:1 was found but its platform (linux/${HOST.architecture}, linux/${OTHER.architecture}/v8) does not match the specified platform (linux/s390x)`;
  await assert.rejects(images.resolve('app:1', { platform: MISSING }), { code: 'not_found', message: words });

  const saved = await save();
  const one = await save(OTHER);
  const config = containerConfig({ image: 'app:1' });
  const { id } = await containers.create(config, { name: 'foreign', platform: OTHER });
  assert.equal((await containers.inspect(id)).imageId, ids[0]);
  await containers.remove(id);
  await images.tag('app:1', 'app:2');
  assert.equal((await images.resolve('app:2', { platform: OTHER })).id, ids[0]);
  await images.remove('app:1');
  assert.deepEqual(await platforms(), both, 'the other name keeps them');
  await images.remove('app:2');
  assert.deepEqual(await platforms(), []);
  assert.deepEqual(
    await images.collect(),
    { blobs: 0, layers: 0, freedBytes: 0 },
    'nothing stays behind, the index neither',
  );

  await load(saved);
  assert.deepEqual(await platforms(), both);
  assert.equal((await images.resolve(`app@${index}`)).id, ids[1]);
  assert.deepEqual(await save(), saved, 'byte for byte');
  await images.remove(ids[1] ?? '', { force: true });
  assert.equal((await images.resolve('app:1')).id, ids[0], 'what is left is what the name means');
  await images.remove('app:1');

  await load(one);
  assert.deepEqual(await platforms(), [OTHER.architecture]);
  await images.remove('app:1');
  await load(archive, HOST);
  assert.deepEqual(await platforms(), [HOST.architecture]);
});
