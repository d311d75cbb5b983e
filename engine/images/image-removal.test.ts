import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { digestOf } from '../oci/index.ts';
import { configOf, dockerArchive, makeBench, stream } from '../testing/archived-images.ts';
import type { RemovedItem } from './image-service.ts';

test('remove untags first, the last name takes the image, its layers and blobs', async () => {
  await using t = await makeBench();
  const other = await t.images.load({ source: stream(dockerArchive([{ tags: ['o:1'], layers: ['base'] }])) });
  const before = await t.count();
  const [image] = await t.images.load({
    source: stream(dockerArchive([{ tags: ['a:1', 'a:2'], layers: ['base', 'top'] }])),
  });
  const id = image?.id ?? other[0]?.id ?? digestOf('');
  await assert.rejects(t.images.remove(id), {
    code: 'in_use',
    message: `conflict: unable to delete ${id.slice(7, 19)} (must be forced) - image is referenced in multiple repositories`,
  });
  assert.deepEqual(await t.images.remove('a:1'), [{ untagged: 'a:1' }]);
  const removed = await t.images.remove('a:2');
  assert.deepEqual(removed.slice(0, 2), [{ untagged: 'a:2' }, { deleted: id }]);
  assert.equal(removed.length, 3);
  assert.deepEqual(await t.count(), before);
  assert.deepEqual(await t.images.verify(), []);
});

test('an image goes with exactly the names somebody confirmed, or keeps all of them', async () => {
  await using t = await makeBench();
  const [image] = await t.images.load({ source: stream(dockerArchive([{ tags: ['a:1', 'a:2'], layers: ['x'] }])) });
  const id = image?.id ?? digestOf('');
  for (const names of [['a:1'], ['a:1', 'a:3'], ['a:1', 'a:2', 'a:3']]) {
    await assert.rejects(t.images.remove(id, { names }), { code: 'conflict' });
  }
  t.using.set(id, [{ id: newContainerId(), name: 'c', running: false }]);
  await assert.rejects(t.images.remove(id, { names: ['a:1', 'a:2'] }), { code: 'in_use' });
  assert.deepEqual((await t.images.list())[0]?.references, ['a:1', 'a:2']);
  t.using.clear();
  assert.deepEqual((await t.images.remove(id, { names: ['a:2', 'a:1'] })).slice(0, 2), [
    { untagged: 'a:1' },
    { untagged: 'a:2' },
  ]);
  assert.deepEqual(await t.images.list(), []);
});

test('remove respects containers as Docker does', async () => {
  await using t = await makeBench();
  const { id } = await t.images.import({ source: stream('x'), reference: 'a' });
  const container = newContainerId();
  const [short, shortImage] = [container.slice(0, 12), id.slice(7, 19)];
  t.using.set(id, [{ id: container, name: 'c', running: false }]);
  await assert.rejects(t.images.remove('a'), {
    message: `conflict: unable to remove repository reference "a" (must force) - container ${short} is using its referenced image ${shortImage}`,
  });
  await assert.rejects(t.images.remove(id), {
    message: `conflict: unable to delete ${shortImage} (must be forced) - image is being used by stopped container ${short}`,
  });
  t.using.set(id, [{ id: container, name: 'c', running: true }]);
  await assert.rejects(t.images.remove(id, { force: true }), {
    message: `conflict: unable to delete ${shortImage} (cannot be forced) - image is being used by running container ${short}`,
  });
  assert.deepEqual(await t.images.remove('a', { force: true }), [{ untagged: 'a:latest' }]);
  assert.equal((await t.images.list()).length, 1);
  t.using.clear();
  assert.equal((await t.images.remove(id)).length, 2);
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});

/** Commits on top of an image without changing a file. */

test('whoever removes an image while its archive is loaded waits for all of its platforms, and takes them', async () => {
  await using t = await makeBench();
  const config = configOf(['l'], { architecture: 'riscv64' });
  const archive = dockerArchive([
    { tags: ['a:1'], layers: ['l'] },
    { tags: ['a:1'], layers: ['l'], config },
  ]);
  const { save } = t.store;
  let removal: Promise<RemovedItem[]> | undefined;
  t.store.save = async (...row) => {
    await save(...row);
    removal ??= t.images.remove('a:1');
  };
  const loaded = await t.images.load({ source: stream(archive) });
  assert.equal(loaded.length, 2);
  const removed = await removal;
  assert.equal(removed?.filter((item) => 'deleted' in item && loaded.some(({ id }) => id === item.deleted)).length, 2);
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});
