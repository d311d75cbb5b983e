import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';

test('an image removed by force under a stopped container leaves no layer when that is removed', {
  timeout: 60_000,
}, async () => {
  const place = await newTestPlace();
  const engine = await createTestEngine(place);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  await importBusybox(engine);
  const { images, containers } = engine;
  const snapshots = async () =>
    (await readdir(join(place.root, 'data', 'snapshots'))).filter((name) => /^\d+$/.test(name));
  const command = ['sh', '-c', 'echo still here'];
  const { id } = await containers.create(containerConfig({ image: 'busybox:test', command }), { name: 'left' });
  await assert.rejects(images.remove('busybox:test'), { code: 'in_use' });
  await images.remove('busybox:test', { force: true });
  assert.deepEqual(await images.list(), []);
  assert.equal((await snapshots()).length, 2, 'its layer is under the container');

  // What it stands on is still whole.
  await containers.start(id);
  assert.equal((await containers.wait(id)).exitCode, 0);
  await containers.remove(id);
  assert.deepEqual(await snapshots(), []);
  assert.deepEqual(await images.collect(), { blobs: 0, layers: 0, freedBytes: 0 });
});
