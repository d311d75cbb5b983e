import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Step } from '../lib/index.ts';
import { digestOf } from '../oci/index.ts';
import { createImageBench } from '../testing/image-bench.ts';

/** A tar of a folder that `fill` makes. */
async function makeTar(folder: string, name: string, fill: (dir: string) => Promise<unknown>): Promise<string> {
  const dir = join(folder, `${name}.d`);
  await mkdir(dir);
  await fill(dir);
  const tar = join(folder, `${name}.tar`);
  execFileSync('tar', ['-C', dir, '-cf', tar, '.']);
  return tar;
}

/** A docker-archive of these layer tars, from the bottom. */
async function makeArchive(folder: string, name: string, layers: string[], diffIds?: string[]): Promise<string> {
  return makeTar(folder, name, async (dir) => {
    const blobs = await Promise.all(layers.map((path) => readFile(path)));
    const diff_ids = diffIds ?? blobs.map((blob) => digestOf(blob));
    const config = JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids } });
    const Config = `${digestOf(config).slice(7)}.json`;
    await writeFile(join(dir, Config), config);
    for (const [at, blob] of blobs.entries()) await writeFile(join(dir, `${at}.tar`), blob);
    const Layers = blobs.map((_, at) => `${at}.tar`);
    await writeFile(join(dir, 'manifest.json'), JSON.stringify([{ Config, RepoTags: [`${name}:1`], Layers }]));
  });
}

test('an imported tar, compressed or not, becomes a root that can be mounted', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const tar = await makeTar(t.folder, 'base', async (dir) => {
    await mkdir(join(dir, 'bin'));
    await writeFile(join(dir, 'bin/tool'), 'tool', { mode: 0o755 });
    await symlink('tool', join(dir, 'bin/alias'));
  });
  execFileSync('gzip', ['-k', tar]);
  const totals: number[] = [];
  const plain = await t.images.import({
    source: createReadStream(tar),
    reference: 'base',
    onProgress: (progress) => totals.push(progress.doneBytes),
  });
  const received: unknown[] = [];
  const onReceived = (archive: object) => void received.push(archive);
  await t.images.import({ source: createReadStream(`${tar}.gz`), reference: 'packed', onReceived });
  const packed = await readFile(`${tar}.gz`);
  assert.deepEqual(received, [{ digest: digestOf(packed), sizeBytes: packed.length }]);
  assert.equal((await t.stored()).snapshotFolders, 1);
  const image = await t.images.resolve('base');
  assert.equal(image.layers[0]?.diffId, digestOf(await readFile(tar)));
  assert.equal(plain.sizeBytes, 4);
  await t.snapshots.createActive('c1', image.chainId);
  await t.snapshots.mount('c1', t.target);
  assert.equal(await readFile(join(t.target, 'bin/alias'), 'utf8'), 'tool');
  assert.equal((await lstat(join(t.target, 'bin/tool'))).mode & 0o777, 0o755);
  await t.snapshots.unmount(t.target);
  await t.snapshots.removeActive('c1');
  assert.deepEqual(await t.images.verify(), []);
  await t.images.remove('base');
  await t.images.remove('packed');
  await t.assertEmpty();
});

test('a loaded archive shares its lower layer and hides what an upper one deletes', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const base = await makeTar(t.folder, 'l0', async (dir) => {
    await writeFile(join(dir, 'gone'), 'x');
    await writeFile(join(dir, 'kept'), 'x');
  });
  const top = await makeTar(t.folder, 'l1', (dir) => writeFile(join(dir, '.wh.gone'), ''));
  const low = await makeArchive(t.folder, 'low', [base]);
  const received: unknown[] = [];
  await t.images.load({ source: createReadStream(low), onReceived: (archive) => void received.push(archive) });
  const archive = await readFile(low);
  assert.deepEqual(received, [{ digest: digestOf(archive), sizeBytes: archive.length }]);
  const steps = new Map<string, Step>();
  const [loaded] = await t.images.load({
    source: createReadStream(await makeArchive(t.folder, 'high', [base, top])),
    onStep: (step) => steps.set(step.id, step),
  });
  assert.deepEqual(
    [...steps.values()].map(({ kind, state }) => `${kind} ${state}`),
    ['archive done', 'unpack present', 'unpack done', 'record done'],
  );
  assert.deepEqual([loaded?.references, loaded?.layersNew, loaded?.layersShared], [['high:1'], 1, 1]);
  const { chainId } = await t.images.resolve('high:1');
  assert.ok(chainId);
  {
    await using _view = await t.snapshots.mountView(chainId, t.target);
    assert.deepEqual(await readdir(t.target), ['kept']);
  }
  assert.deepEqual(await t.images.verify(), []);
  steps.clear();
  await t.images.prune({ dangling: false }, { onStep: (step) => steps.set(step.id, step) });
  assert.deepEqual([...steps.values()].map(({ kind, state, name }) => `${kind} ${state} ${name}`).sort(), [
    'remove done high:1',
    'remove done low:1',
  ]);
});

test('a refused archive leaves nothing behind', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const good = await makeTar(t.folder, 'good', (dir) => writeFile(join(dir, 'a'), 'x'));
  const lying = await makeArchive(
    t.folder,
    'lying',
    [good, good],
    [digestOf(await readFile(good)), digestOf('promised')],
  );
  await assert.rejects(t.images.load({ source: createReadStream(lying) }), { code: 'data_corrupt' });
  const whole = await makeArchive(t.folder, 'cut', [good]);
  execFileSync('truncate', ['-s', '3000', whole]);
  await assert.rejects(t.images.load({ source: createReadStream(whole) }), { code: 'data_corrupt' });
  execFileSync('mkfifo', [join(t.folder, 'good.d/manifest.json')]);
  const pipe = join(t.folder, 'pipe.tar');
  execFileSync('tar', ['-C', join(t.folder, 'good.d'), '-cf', pipe, 'manifest.json']);
  await assert.rejects(t.images.load({ source: createReadStream(pipe) }), { code: 'data_corrupt' });
  await t.assertEmpty();
});
