import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtempDisposable,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EventBus } from '../events/index.ts';
import { createKernel } from '../kernel/index.ts';
import { type ContainerId, newContainerId } from '../lib/index.ts';
import { enginePaths } from '../paths.ts';
import { memoryVolumeStore } from '../testing/memory-volume-store.ts';
import { createVolumeService } from './local-volume-service.ts';

async function makeBench() {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await mkdtempDisposable(join(tmpdir(), 'davit-vol-')));
  const kernel = undo.use(await createKernel());
  const paths = enginePaths(join(folder.path, 'data'), join(folder.path, 'run'));
  const store = memoryVolumeStore();
  const using: { id: ContainerId; name: string }[] = [];
  const events = new EventBus();
  const users = { containersOfVolume: async () => using };
  const volumes = createVolumeService({ paths, store, users, kernel, events });
  const rootfs = join(folder.path, 'rootfs');
  await mkdir(rootfs);
  const resources = undo.move();
  return {
    volumes,
    store,
    using,
    events,
    paths,
    kernel,
    rootfs,
    folder: folder.path,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

test('create is idempotent, remove refuses while used', async () => {
  await using t = await makeBench();
  const made = await t.volumes.create({ name: 'data', labels: { a: 'b' } });
  assert.ok((await stat(made.mountpoint)).isDirectory());
  assert.deepEqual((await t.volumes.create({ name: 'data', labels: { c: 'd' } })).labels, { a: 'b' });
  const anonymous = await t.volumes.create({});
  assert.match(anonymous.name, /^[0-9a-f]{64}$/);
  assert.equal((await t.volumes.list()).length, 2);
  const id = newContainerId();
  t.using.push({ id, name: 'c' });
  await assert.rejects(t.volumes.remove('data'), {
    code: 'in_use',
    message: `remove data: volume is in use - [${id}]`,
  });
  t.using.pop();
  await t.volumes.remove('data');
  await assert.rejects(t.volumes.get('data'), { code: 'not_found', message: 'get data: no such volume' });
  assert.deepEqual(await readdir(t.paths.volumes), [anonymous.name]);
  assert.deepEqual(
    t.events.history().map((event) => event.action),
    ['create', 'create', 'destroy'],
  );
});

test('names and options are refused as Docker refuses them', async () => {
  await using t = await makeBench();
  for (const name of ['../x', 'a/b', '.a', 'a', 'a b', 'x'.repeat(256)]) {
    await assert.rejects(t.volumes.create({ name }), { code: 'invalid_argument' }, name);
  }
  await assert.rejects(t.volumes.create({ name: 'ok', options: { o: 'bind', device: '/' } }), { code: 'unsupported' });
  await assert.rejects(t.volumes.create({ name: 'ok', options: { nope: '1' } }), {
    message: 'create ok: invalid option: "nope"',
  });
  assert.deepEqual(await t.store.list(), []);
});

test('populate copies owner, mode, links, special files and capabilities into an empty volume only', async () => {
  await using t = await makeBench();
  const source = join(t.rootfs, 'srv/data');
  await mkdir(join(source, 'sub'), { recursive: true });
  await writeFile(join(source, 'tool'), 'bytes');
  await link(join(source, 'tool'), join(source, 'sub/same'));
  await symlink('/etc/shadow', join(source, 'link'));
  execFileSync('mkfifo', [join(source, 'pipe')]);
  await chown(join(source, 'tool'), 12, 34);
  await chmod(join(source, 'tool'), 0o4755);
  const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
  await t.kernel.setxattr(join(source, 'tool'), 'security.capability', capability);
  await chown(source, 56, 78);
  await chmod(source, 0o2770);
  // Reached through links that a wrong reader would follow out of the root.
  await symlink('/srv', join(t.rootfs, 'alias'));

  const { mountpoint } = await t.volumes.create({ name: 'data' });
  const before = (await stat(mountpoint)).ino;
  await t.volumes.populate('data', { rootfs: t.rootfs, path: '/alias/data' });
  const root = await stat(mountpoint);
  assert.deepEqual([root.ino, root.uid, root.gid, root.mode & 0o7777], [before, 56, 78, 0o2770]);
  const tool = await lstat(join(mountpoint, 'tool'));
  assert.deepEqual([tool.uid, tool.gid, tool.mode & 0o7777, tool.nlink], [12, 34, 0o4755, 2]);
  const { mtimeMs } = await stat(join(source, 'tool'));
  // Node sets times as floating seconds, good to a microsecond.
  assert.ok(Math.abs(tool.mtimeMs - mtimeMs) < 0.01);
  assert.equal((await lstat(join(mountpoint, 'sub/same'))).ino, tool.ino);
  assert.deepEqual(
    await t.kernel.getxattr(join(mountpoint, 'tool'), 'security.capability'),
    new Uint8Array(capability),
  );
  assert.equal(await readlink(join(mountpoint, 'link')), '/etc/shadow');
  assert.ok((await lstat(join(mountpoint, 'pipe'))).isFIFO());
  assert.deepEqual(await readdir(t.paths.volume('data')), ['_data']);

  await writeFile(join(mountpoint, 'tool'), 'changed');
  await t.volumes.populate('data', { rootfs: t.rootfs, path: '/srv/data' });
  assert.equal(await readFile(join(mountpoint, 'tool'), 'utf8'), 'changed');
  assert.ok((await t.volumes.usage('data')).inodes >= 5);
});

test('populate from a folder the image lacks leaves the volume empty', async () => {
  await using t = await makeBench();
  const { mountpoint } = await t.volumes.create({ name: 'data' });
  await writeFile(join(t.rootfs, 'file'), '');
  for (const path of ['/missing', '/file', '/file/below']) await t.volumes.populate('data', { rootfs: t.rootfs, path });
  assert.deepEqual(await readdir(mountpoint), []);
});

test('reconcile finishes what a crash left and keeps data nobody knows', async () => {
  await using t = await makeBench();
  for (const name of ['half', 'full', 'plain']) await t.volumes.create({ name });
  await mkdir(join(t.paths.volume('half'), '_filling/x'), { recursive: true });
  await mkdir(join(t.paths.volume('full'), '_filled/x'), { recursive: true });
  await mkdir(join(t.paths.volumes, 'unknown'));
  for (const [name, state] of [
    ['begun', 'creating'],
    ['going', 'removing'],
  ] as const) {
    await t.volumes.create({ name });
    await t.store.update(name, { state });
  }
  assert.equal((await t.volumes.reconcile()).length, 5);
  assert.deepEqual(
    (await t.volumes.list()).map((volume) => volume.name),
    ['full', 'half', 'plain'],
  );
  assert.deepEqual((await readdir(t.paths.volumes)).sort(), ['full', 'half', 'plain', 'unknown']);
  assert.deepEqual(await readdir(t.paths.volumeData('full')), ['x']);
  assert.deepEqual(await readdir(t.paths.volume('half')), ['_data']);
  assert.deepEqual(await t.volumes.reconcile(), ['folder unknown belongs to no volume']);
});
