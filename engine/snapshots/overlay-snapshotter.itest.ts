import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtempDisposable, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKernel } from '../kernel/index.ts';
import { type ChainId, type DiffId, digestOf } from '../oci/index.ts';
import { enginePaths } from '../paths.ts';
import { memorySnapshotStore } from '../testing/memory-snapshot-store.ts';
import { createSnapshotter } from './overlay-snapshotter.ts';
import type { Snapshotter } from './snapshotter.ts';

const chain = (name: string) => digestOf(name) as string as ChainId;
const diff = (name: string) => digestOf(name) as string as DiffId;

async function makeBench() {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await mkdtempDisposable(join(tmpdir(), 'davit-snap-')));
  const kernel = undo.use(await createKernel());
  // Overlay cannot stand on every temporary file system, but on tmpfs it can.
  await kernel.mountTmpfs(folder.path);
  undo.defer(async () => void (await kernel.unmount(folder.path)));
  const paths = enginePaths(join(folder.path, 'data'), join(folder.path, 'run'));
  const store = memorySnapshotStore();
  const snapshots = createSnapshotter({ paths, store, kernel });
  const target = join(folder.path, 'root');
  undo.defer(async () => void (await kernel.unmount(target)));
  const resources = undo.move();
  return {
    folder: folder.path,
    kernel,
    paths,
    store,
    snapshots,
    target,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function addLayer(
  snapshots: Snapshotter,
  name: string,
  parent: ChainId | undefined,
  fill: (dir: string) => Promise<unknown>,
): Promise<ChainId> {
  await using layer = await snapshots.prepareLayer(parent);
  await fill(layer.dir);
  await layer.commit({ chainId: chain(name), diffId: diff(name), sizeBytes: 1 });
  await snapshots.settle();
  return chain(name);
}

test('a container sees its layers and writes to its own', async () => {
  await using t = await makeBench();
  const base = await addLayer(t.snapshots, 'base', undefined, (dir) => writeFile(join(dir, 'a'), 'one'));
  const top = await addLayer(t.snapshots, 'top', base, (dir) => writeFile(join(dir, 'b'), 'two'));
  const active = await t.snapshots.createActive('c1', top);
  assert.deepEqual(await t.snapshots.createActive('c1', top), active);
  await t.snapshots.mount('c1', t.target);
  await t.snapshots.mount('c1', t.target);
  await assert.rejects(t.snapshots.mount('c1', join(t.folder, 'twice')), { code: 'in_use' });
  assert.equal((await t.kernel.listMounts()).filter((mount) => mount.target === t.target).length, 1);
  assert.equal(await readFile(join(t.target, 'a'), 'utf8'), 'one');
  assert.equal(await readFile(join(t.target, 'b'), 'utf8'), 'two');
  await writeFile(join(t.target, 'c'), 'x'.repeat(5000));
  const upper = (await t.snapshots.upperDir('c1')) ?? '';
  assert.deepEqual(await readdir(upper), ['c']);
  assert.ok((await t.snapshots.usage('c1')).sizeBytes >= 5000);
  await assert.rejects(t.snapshots.removeLayer(top), { code: 'in_use' });
  await t.snapshots.unmount(t.target);
  assert.equal(await t.snapshots.removeActive('c1'), true);
  assert.equal(await t.snapshots.removeActive('c1'), false);
  await assert.rejects(t.snapshots.removeLayer(base), { code: 'in_use' });
  assert.equal(await t.snapshots.removeLayer(top), true);
  assert.equal(await t.snapshots.removeLayer(base), true);
  assert.deepEqual(
    (await readdir(t.paths.snapshots)).filter((name) => /^\d/.test(name)),
    [],
  );
});

test('a hostile image cannot lead the runtime out of its root', { timeout: 20_000 }, async () => {
  await using t = await makeBench();
  const outside = join(t.folder, 'outside');
  await mkdir(outside);
  const image = await addLayer(t.snapshots, 'hostile', undefined, async (dir) => {
    for (const name of ['dev', 'proc', 'sys']) await symlink(outside, join(dir, name));
    await mkdir(join(dir, 'etc'));
    await symlink(join(outside, 'hosts'), join(dir, 'etc/hosts'));
    execFileSync('mkfifo', [join(dir, 'etc/passwd')]);
    await symlink('/dev/zero', join(dir, 'etc/group'));
    await writeFile(join(dir, 'etc/keep'), 'kept');
  });
  await t.snapshots.createActive('c1', image);
  await t.snapshots.mount('c1', t.target);
  for (const name of ['dev', 'dev/pts', 'dev/shm', 'proc', 'sys', 'etc']) {
    assert.ok((await lstat(join(t.target, name))).isDirectory(), name);
  }
  for (const name of ['etc/hosts', 'etc/resolv.conf', 'etc/hostname', 'etc/passwd', 'etc/group']) {
    assert.ok((await lstat(join(t.target, name))).isFile(), name);
  }
  assert.equal(await readlink(join(t.target, 'etc/mtab')), '/proc/mounts');
  assert.match(await readFile(join(t.target, 'etc/passwd'), 'utf8'), /^root:x:0:0/);
  assert.equal(await readFile(join(t.target, 'etc/keep'), 'utf8'), 'kept');
  assert.deepEqual(await readdir(outside), []);
  // The container itself may do the same later: then it is refused, and nothing stays mounted.
  execFileSync('rm', [join(t.target, 'etc/passwd')]);
  execFileSync('mkfifo', [join(t.target, 'etc/passwd')]);
  await t.snapshots.unmount(t.target);
  await assert.rejects(t.snapshots.mount('c1', t.target), { code: 'denied' });
  assert.equal(
    (await t.kernel.listMounts()).some((mount) => mount.target === t.target),
    false,
  );
});

test('an image keeps its own user database, and a view is read-only', async () => {
  await using t = await makeBench();
  const image = await addLayer(t.snapshots, 'users', undefined, async (dir) => {
    await mkdir(join(dir, 'etc'));
    await writeFile(join(dir, 'etc/passwd'), 'app:x:5:5::/:/bin/sh\n');
  });
  await t.snapshots.createActive('c1', image);
  await t.snapshots.mount('c1', t.target);
  assert.equal(await readFile(join(t.target, 'etc/passwd'), 'utf8'), 'app:x:5:5::/:/bin/sh\n');
  await t.snapshots.unmount(t.target);
  await t.snapshots.removeActive('c1');
  {
    await using _view = await t.snapshots.mountView(image, t.target);
    assert.deepEqual(await readdir(t.target), ['etc']);
    await assert.rejects(writeFile(join(t.target, 'x'), ''), { code: 'EROFS' });
    await assert.rejects(t.snapshots.removeLayer(image), { code: 'in_use' });
  }
  assert.equal(await t.snapshots.removeLayer(image), true);
});

test('the second of two equal layers is dropped, an uncommitted one leaves nothing', async () => {
  await using t = await makeBench();
  await addLayer(t.snapshots, 'same', undefined, (dir) => writeFile(join(dir, 'a'), '1'));
  await addLayer(t.snapshots, 'same', undefined, (dir) => writeFile(join(dir, 'a'), '2'));
  assert.equal((await t.snapshots.list()).length, 1);
  {
    await using _layer = await t.snapshots.prepareLayer(chain('same'));
    assert.equal((await t.snapshots.list()).length, 2);
  }
  assert.equal((await t.snapshots.list()).length, 1);
  assert.equal((await readdir(t.paths.snapshots)).length, 1);
  await assert.rejects(t.snapshots.prepareLayer(chain('missing')), { code: 'not_found' });
});

test('layers stand on each other before they are settled, and are gone with a server that ends before', async () => {
  await using t = await makeBench();
  const commit = async (name: string, parent: ChainId | undefined) => {
    await using layer = await t.snapshots.prepareLayer(parent);
    await writeFile(join(layer.dir, name), name);
    await layer.commit({ chainId: chain(name), diffId: diff(name), sizeBytes: 1 });
    return chain(name);
  };
  const low = await commit('low', undefined);
  const high = await commit('high', low);
  await commit('dropped', high);
  assert.equal((await t.snapshots.find(low))?.state, 'ready');
  assert.equal(await t.store.findByChainId(low), undefined);
  await assert.rejects(t.snapshots.removeLayer(low), { code: 'in_use' });
  assert.deepEqual(await t.snapshots.reconcile(), []);
  const next = createSnapshotter({ paths: t.paths, store: t.store, kernel: t.kernel });
  assert.equal(await next.find(high), undefined);
  assert.equal(await t.snapshots.removeLayer(chain('dropped')), true);
  await t.snapshots.settle();
  assert.deepEqual(
    (await t.store.list()).map(({ chainId, state }) => [chainId, state]),
    [
      [low, 'ready'],
      [high, 'ready'],
    ],
  );
  await commit('late', high);
  assert.equal((await createSnapshotter({ paths: t.paths, store: t.store, kernel: t.kernel }).reconcile()).length, 1);
  assert.deepEqual((await t.store.list()).length, 2);
  await t.snapshots.createActive('c', high);
  await t.snapshots.mount('c', t.target);
  assert.deepEqual(
    (await readdir(t.target)).filter((name) => ['low', 'high', 'dropped'].includes(name)),
    ['high', 'low'],
  );
});

test('reconcile rolls back, finishes and removes what no row names', async () => {
  await using t = await makeBench();
  const kept = await addLayer(t.snapshots, 'kept', undefined, (dir) => writeFile(join(dir, 'a'), '1'));
  await using pending = await t.snapshots.prepareLayer(kept);
  const now = new Date();
  const lost = {
    chainId: undefined,
    diffId: undefined,
    owner: undefined,
    parent: undefined,
    sizeBytes: 0,
    createdAt: now,
  };
  const preparing = await t.store.insert({ ...lost, kind: 'committed', state: 'preparing' });
  const removing = await t.store.insert({ ...lost, kind: 'active', state: 'removing', owner: 'gone' });
  for (const key of [preparing.key, removing.key, 777])
    await mkdir(join(t.paths.snapshot(key), 'fs'), { recursive: true });
  assert.equal((await t.snapshots.reconcile()).length, 3);
  assert.deepEqual(await t.snapshots.reconcile(), []);
  assert.equal((await t.snapshots.list()).length, 2);
  await writeFile(join(pending.dir, 'still'), 'there');
});
