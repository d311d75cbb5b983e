import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { makeVolumeBench } from '../testing/volume-bench.ts';

test('create is idempotent, remove refuses while used', async () => {
  await using t = await makeVolumeBench();
  const made = await t.volumes.create({ name: 'data', labels: { a: 'b' } });
  assert.ok((await stat(made.mountpoint)).isDirectory());
  assert.deepEqual(await t.volumes.mountpoints([made.name, 'absent']), new Map([[made.name, made.mountpoint]]));
  assert.deepEqual((await t.volumes.create({ name: 'data', labels: { c: 'd' } })).labels, { a: 'b' });
  const anonymous = await t.volumes.create({});
  assert.match(anonymous.name, /^[0-9a-f]{64}$/);
  assert.equal((await t.volumes.list()).length, 2);
  const id = newContainerId();
  t.using.push({ id, name: 'c', running: false, paused: false });
  await assert.rejects(t.volumes.remove('data'), {
    code: 'in_use',
    message: `remove data: volume is in use - [${id}]`,
  });
  t.using.pop();
  await assert.rejects(t.volumes.remove('none'), { code: 'not_found' });
  await t.volumes.remove('none', { force: true });
  await t.volumes.remove('data');
  await assert.rejects(t.volumes.get('data'), { code: 'not_found', message: 'get data: no such volume' });
  assert.deepEqual(await readdir(t.paths.volumes), [anonymous.name]);
  assert.deepEqual(
    t.events.history().map((event) => event.action),
    ['create', 'create', 'destroy'],
  );
});

test('names and options are refused as Docker refuses them', async () => {
  await using t = await makeVolumeBench();
  for (const name of ['../x', 'a/b', '.a', 'a', 'a b', 'x'.repeat(256)]) {
    await assert.rejects(t.volumes.create({ name }), { code: 'invalid_argument' }, name);
  }
  await assert.rejects(t.volumes.create({ name: 'ok', options: { nope: '1' } }), {
    message: 'create ok: invalid option: "nope"',
  });
  assert.deepEqual(await t.store.list(), []);
});

test('populate copies owner, mode, links, special files and capabilities into an empty volume only', async () => {
  await using t = await makeVolumeBench();
  const source = join(t.rootfs, 'srv/data');
  await mkdir(join(source, 'sub'), { recursive: true });
  await writeFile(join(source, 'tool'), 'bytes');
  await link(join(source, 'tool'), join(source, 'sub/same'));
  await symlink('/etc/shadow', join(source, 'link'));
  execFileSync('mkfifo', [join(source, 'pipe')]);
  await chown(join(source, 'tool'), 12, 34);
  await chmod(join(source, 'tool'), 0o4755);
  await t.kernel.setxattr(join(source, 'sub'), 'user.note', Buffer.from('kept'));
  await truncate(join(source, 'tool'), 50_000_000);
  const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
  await t.kernel.setxattr(join(source, 'tool'), 'security.capability', capability);
  await chown(source, 56, 78);
  await chmod(source, 0o2770);
  await t.kernel.setxattr(source, 'user.top', Buffer.from('kept too'));
  // Reached through links that a wrong reader would follow out of the root.
  await symlink('/srv', join(t.rootfs, 'alias'));

  const { mountpoint } = await t.volumes.create({ name: 'data' });
  const before = (await stat(mountpoint)).ino;
  await t.volumes.populate('data', { rootfs: t.rootfs, path: '/alias/data' });
  const root = await stat(mountpoint);
  assert.deepEqual([root.ino, root.uid, root.gid, root.mode & 0o7777], [before, 56, 78, 0o2770]);
  assert.deepEqual(await t.kernel.getxattr(mountpoint, 'user.top'), new Uint8Array(Buffer.from('kept too')));
  const tool = await lstat(join(mountpoint, 'tool'));
  assert.deepEqual([tool.uid, tool.gid, tool.mode & 0o7777, tool.nlink], [12, 34, 0o4755, 2]);
  const { mtimeMs } = await stat(join(source, 'tool'));
  assert.equal(tool.mtimeMs, mtimeMs);
  assert.equal((await lstat(join(mountpoint, 'sub/same'))).ino, tool.ino);
  assert.deepEqual(
    await t.kernel.getxattr(join(mountpoint, 'tool'), 'security.capability'),
    new Uint8Array(capability),
  );
  assert.ok(tool.size === 50_000_000 && tool.blocks * 512 < 1_000_000);
  assert.deepEqual(await t.kernel.getxattr(join(mountpoint, 'sub'), 'user.note'), new Uint8Array(Buffer.from('kept')));
  assert.equal(await readlink(join(mountpoint, 'link')), '/etc/shadow');
  assert.ok((await lstat(join(mountpoint, 'pipe'))).isFIFO());
  assert.deepEqual(await readdir(t.paths.volume('data')), ['_data']);

  await writeFile(join(mountpoint, 'tool'), 'changed');
  await t.volumes.populate('data', { rootfs: t.rootfs, path: '/srv/data' });
  assert.equal(await readFile(join(mountpoint, 'tool'), 'utf8'), 'changed');
  assert.ok((await t.volumes.usage('data')).inodes >= 5);
});

test('populate from a folder the image lacks leaves the volume empty', async () => {
  await using t = await makeVolumeBench();
  const { mountpoint } = await t.volumes.create({ name: 'data' });
  await writeFile(join(t.rootfs, 'file'), '');
  for (const path of ['/missing', '/file', '/file/below']) await t.volumes.populate('data', { rootfs: t.rootfs, path });
  assert.deepEqual(await readdir(mountpoint), []);
});

test('reconcile finishes what a crash left and keeps data nobody knows', async () => {
  await using t = await makeVolumeBench();
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

test('a volume with options is mounted while somebody holds it', async () => {
  await using t = await makeVolumeBench();
  const options = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,mode=750,uid=7' };
  await t.volumes.create({ name: 'mem', options });
  assert.deepEqual((await t.volumes.create({ name: 'mem' })).options, options);
  assert.deepEqual((await t.volumes.create({ name: 'mem', options })).options, options);
  await assert.rejects(t.volumes.create({ name: 'mem', options: { ...options, o: 'size=2m' } }), { code: 'conflict' });
  await assert.rejects(t.volumes.create({ name: 'new', driver: 'nfs' }), {
    code: 'not_found',
    message: /plugin "nfs" not found/,
  });

  const folder = await t.volumes.hold('mem', 'one');
  assert.equal(await t.volumes.hold('mem', 'two'), folder);
  const { uid, mode, dev } = await stat(folder);
  assert.deepEqual([uid, mode & 0o7777], [7, 0o750]);
  await mkdir(join(t.rootfs, 'etc'));
  await writeFile(join(t.rootfs, 'etc/conf'), 'from the image');
  await t.volumes.populate('mem', { rootfs: t.rootfs, path: '/etc' });
  assert.equal(await readFile(join(folder, 'conf'), 'utf8'), 'from the image');
  assert.deepEqual(await t.volumes.verify(), [
    `volume mem: mounted, but no container uses it; restart the server, which settles it when it starts`,
  ]);
  await t.volumes.release('mem', 'one');
  assert.equal((await stat(folder)).dev, dev);
  await t.volumes.release('mem', 'two');
  assert.notEqual((await stat(folder)).dev, dev);
  assert.deepEqual(await readdir(folder), []);
});

test('a bind volume shows the host folder, and neither removal nor a crash touches what is in it', async () => {
  await using t = await makeVolumeBench();
  const device = join(t.folder, 'device');
  await mkdir(device);
  await writeFile(join(device, 'precious'), 'kept');
  await t.volumes.create({ name: 'host', options: { type: 'none', o: 'bind,ro', device } });
  const folder = await t.volumes.hold('host', 'one');
  assert.equal(await readFile(join(folder, 'precious'), 'utf8'), 'kept');
  await assert.rejects(writeFile(join(folder, 'new'), ''), { code: 'EROFS' });
  // Mounted with nobody who would unmount it.
  await t.store.update('host', { state: 'removing' });
  assert.deepEqual(await t.volumes.reconcile(), ['finished removing volume host']);
  assert.equal(await readFile(join(device, 'precious'), 'utf8'), 'kept');
  assert.deepEqual(await readdir(t.paths.volumes), []);
});

test('what cannot be mounted is told in the words of the kernel', async () => {
  await using t = await makeVolumeBench();
  await t.volumes.create({ name: 'gone', options: { type: 'none', o: 'bind', device: '/nonexistent/x' } });
  const folder = t.paths.volumeData('gone');
  await assert.rejects(t.volumes.hold('gone', 'one'), {
    code: 'unavailable',
    message: `error while mounting volume '${folder}': failed to mount local volume: mount /nonexistent/x:${folder}, flags: 0x1000: no such file or directory`,
  });
  await t.volumes.create({ name: 'nfs', options: { type: 'nosuchfs', o: 'addr=127.0.0.1', device: ':/x' } });
  await assert.rejects(t.volumes.hold('nfs', 'one'), {
    code: 'unavailable',
    message: /data: addr=127\.0\.0\.1: no such device$/,
  });
  await t.volumes.remove('gone');
});

test('prune removes unused anonymous volumes, with all also named ones, and labels decide', async () => {
  await using t = await makeVolumeBench();
  const anonymous = await t.volumes.create({});
  for (const name of ['plain', 'kept', 'other']) {
    await t.volumes.create({ name, labels: name === 'plain' ? {} : { [name]: 'x' } });
  }
  await writeFile(join(anonymous.mountpoint, 'f'), Buffer.alloc(100_000, 1));
  t.using.push({ id: newContainerId(), name: 'c', running: false, paused: false });
  assert.deepEqual(await t.volumes.prune({ all: true }), { removed: [], reclaimedBytes: 0 });
  t.using.pop();
  const first = await t.volumes.prune();
  assert.deepEqual(first.removed, [anonymous.name]);
  assert.ok(first.reclaimedBytes >= 100_000);
  assert.deepEqual((await t.volumes.prune({ all: true, notLabel: ['kept'] })).removed, ['other', 'plain']);
  assert.deepEqual(
    (await t.volumes.list({ label: ['kept=x'] })).map(({ name }) => name),
    ['kept'],
  );
});

test('usage is measured again when it is too old, and remembered otherwise', async () => {
  await using t = await makeVolumeBench();
  const { mountpoint, usage } = await t.volumes.create({ name: 'data' });
  assert.equal(usage, undefined);
  const first = await t.volumes.usage('data');
  await writeFile(join(mountpoint, 'f'), Buffer.alloc(1_000_000, 1));
  assert.deepEqual(await t.volumes.usage('data'), first);
  assert.ok((await t.volumes.usage('data', { maxAgeMs: 0 })).sizeBytes >= 1_000_000);
  assert.ok(((await t.volumes.get('data')).usage?.sizeBytes ?? 0) >= 1_000_000);
});

test('reconcile unmounts what nobody uses and lets paused containers go on', async () => {
  await using t = await makeVolumeBench();
  await t.volumes.create({ name: 'mem', options: { type: 'tmpfs', device: 'tmpfs' } });
  const folder = t.paths.volumeData('mem');
  await t.kernel.mountTmpfs(folder);
  const id = newContainerId();
  await t.store.update('mem', { pausedContainers: [id] });
  t.using.push({ id, name: 'c', running: true, paused: false });
  assert.deepEqual(await t.volumes.reconcile(), ['volume mem: let containers go on that a copy had paused']);
  assert.deepEqual(t.unpaused, [id]);
  assert.deepEqual(await t.volumes.reconcile(), []);
  t.using.pop();
  assert.deepEqual(await t.volumes.reconcile(), ['volume mem: unmounted what no container uses any more']);
  assert.deepEqual(await t.volumes.verify(), []);
});
