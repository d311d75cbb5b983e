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
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { createLayerApplier, createTreeCopier, createTreePacker } from '../diff/index.ts';
import { EventBus } from '../events/index.ts';
import { createKernel } from '../kernel/index.ts';
import { type ContainerId, newContainerId, silentLogger } from '../lib/index.ts';
import { enginePaths } from '../paths.ts';
import { memoryVolumeStore } from '../testing/memory-volume-store.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createVolumeService } from './local-volume-service.ts';
import type { VolumeUser, VolumeUsers } from './volume-service.ts';

async function makeBench() {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await mkdtempDisposable(join(tmpdir(), 'davit-vol-')));
  const kernel = undo.use(await createKernel());
  const paths = enginePaths(join(folder.path, 'data'), join(folder.path, 'run'));
  const store = memoryVolumeStore();
  const using: VolumeUser[] = [];
  const [paused, unpaused]: [ContainerId[], ContainerId[]] = [[], []];
  const events = new EventBus();
  const users: VolumeUsers = {
    containersOfVolume: async () => using,
    pause: async (id) => Boolean(paused.push(id)),
    unpause: async (id) => void unpaused.push(id),
  };
  const packer = undo.use(createTreePacker({ log: silentLogger }));
  const applier = undo.use(createLayerApplier({ log: silentLogger }));
  const copier = undo.use(createTreeCopier({ log: silentLogger }));
  const volumes = createVolumeService({ paths, store, users, kernel, events, packer, applier, copier });
  const rootfs = join(folder.path, 'rootfs');
  await mkdir(rootfs);
  const resources = undo.move();
  return {
    volumes,
    store,
    using,
    paused,
    unpaused,
    events,
    paths,
    kernel,
    packer,
    rootfs,
    folder: folder.path,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

test('create is idempotent, remove refuses while used', async () => {
  await using t = await makeBench();
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
  await using t = await makeBench();
  for (const name of ['../x', 'a/b', '.a', 'a', 'a b', 'x'.repeat(256)]) {
    await assert.rejects(t.volumes.create({ name }), { code: 'invalid_argument' }, name);
  }
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

test('a volume with options is mounted while somebody holds it', async () => {
  await using t = await makeBench();
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
  await using t = await makeBench();
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
  await using t = await makeBench();
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
  await using t = await makeBench();
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
  await using t = await makeBench();
  const { mountpoint, usage } = await t.volumes.create({ name: 'data' });
  assert.equal(usage, undefined);
  const first = await t.volumes.usage('data');
  await writeFile(join(mountpoint, 'f'), Buffer.alloc(1_000_000, 1));
  assert.deepEqual(await t.volumes.usage('data'), first);
  assert.ok((await t.volumes.usage('data', { maxAgeMs: 0 })).sizeBytes >= 1_000_000);
  assert.ok(((await t.volumes.get('data')).usage?.sizeBytes ?? 0) >= 1_000_000);
});

test('reconcile unmounts what nobody uses and lets paused containers go on', async () => {
  await using t = await makeBench();
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

async function backedUp(t: Awaited<ReturnType<typeof makeBench>>, name: string, opts: { consistent?: boolean } = {}) {
  const sink = new PassThrough();
  const [done, bytes] = await Promise.all([
    t.volumes.backup(name, { ...opts, sink, compression: 'zstd' }),
    buffer(sink),
  ]);
  return { done, bytes };
}

test('a backup comes back as it was, under another name', async () => {
  await using t = await makeBench();
  const { mountpoint } = await t.volumes.create({ name: 'data' });
  await mkdir(join(mountpoint, 'sub'));
  await writeFile(join(mountpoint, 'sub/f'), 'bytes');
  await link(join(mountpoint, 'sub/f'), join(mountpoint, 'same'));
  await chown(mountpoint, 5, 6);
  await chmod(mountpoint, 0o2770);
  const { done, bytes } = await backedUp(t, 'data');
  assert.deepEqual([done.sizeBytes, done.entries, done.notes], [bytes.length, 4, []]);
  const source = Readable.from([bytes]);
  const made = await t.volumes.restore({ name: 'again', labels: { a: 'b' }, source, totalBytes: bytes.length });
  assert.deepEqual([made.labels, made.copy], [{ a: 'b' }, { entries: 4, notes: [] }]);
  const root = await stat(made.mountpoint);
  assert.deepEqual([root.uid, root.gid, root.mode & 0o7777], [5, 6, 0o2770]);
  assert.equal(await readFile(join(made.mountpoint, 'same'), 'utf8'), 'bytes');
  assert.equal((await stat(join(made.mountpoint, 'same'))).nlink, 2);
  await assert.rejects(t.volumes.restore({ name: 'again', source: Readable.from([bytes]) }), {
    code: 'already_exists',
  });
});

test('a backup carries labels and options; the options are told, not mounted', async () => {
  await using t = await makeBench();
  const labels = { team: 'ünï', gone: 'x'.repeat(2_000) };
  const options = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' };
  await t.volumes.create({ name: 'data', labels, options });
  const { bytes } = await backedUp(t, 'data');
  const made = await t.volumes.restore({ name: 'new', labels: { team: 'b' }, source: Readable.from([bytes]) });
  assert.deepEqual([made.labels, made.options], [{ ...labels, team: 'b' }, {}]);
  assert.deepEqual(made.copy.notes, [
    'the volume had the options type=tmpfs device=tmpfs o=size=1m; the new one is a plain folder',
  ]);
  assert.deepEqual((await t.volumes.get('new')).labels, made.labels);
  const plain = execFileSync('zstd', ['-dc'], { input: bytes });
  assert.equal(String(execFileSync('tar', ['-tf', '-'], { input: plain })), './\n', 'other programs read it');
  // As before backups said anything of labels.
  const sink = new PassThrough();
  const packed = { root: t.rootfs, sink, seal: true } as const;
  const [, old] = await Promise.all([t.packer.pack(packed), buffer(sink)]);
  const back = await t.volumes.restore({ name: 'old', labels: { a: 'b' }, source: Readable.from([old]) });
  assert.deepEqual(back.labels, { a: 'b' });
});

test('a damaged backup, or one that proves nothing, makes no volume', async () => {
  await using t = await makeBench();
  await t.volumes.create({ name: 'data' });
  const { bytes, done } = await backedUp(t, 'data');
  const half = () => Readable.from([bytes.subarray(0, bytes.length / 2)]);
  await assert.rejects(t.volumes.restore({ name: 'new', source: half() }), { code: 'data_corrupt' });
  const foreign = execFileSync('tar', ['-cf', '-', '-C', t.rootfs, '.']);
  await assert.rejects(t.volumes.restore({ name: 'new', source: Readable.from([foreign]) }), {
    code: 'data_corrupt',
    details: { reason: 'seal_missing' },
  });
  const { digest } = done;
  await assert.rejects(t.volumes.restore({ name: 'new', source: Readable.from([foreign]), digest }), {
    code: 'data_corrupt',
  });
  assert.deepEqual(
    (await t.store.list()).map(({ name }) => name),
    ['data'],
  );
  assert.deepEqual(await readdir(t.paths.volumes), ['data']);
  await t.volumes.restore({ name: 'new', source: Readable.from([foreign]), unproven: true });
  await t.volumes.restore({ name: 'newer', source: Readable.from([bytes]), digest });
});

test('while a volume is filled nobody sees it, and while it is read nobody removes it', async () => {
  await using t = await makeBench();
  await t.volumes.create({ name: 'data' });
  const { bytes } = await backedUp(t, 'data');
  const source = new PassThrough();
  source.write(bytes.subarray(0, 10));
  const cancel = new AbortController();
  const restoring = t.volumes.restore({ name: 'new', source, signal: cancel.signal });
  await waitUntil('a row that says what is coming', async () => (await t.store.get('new'))?.state === 'creating');
  assert.deepEqual(
    (await t.volumes.list()).map(({ name }) => name),
    ['data'],
  );
  await assert.rejects(t.volumes.create({ name: 'new' }), { code: 'in_use' });
  await assert.rejects(t.volumes.restore({ name: 'new', source: Readable.from([bytes]) }), { code: 'in_use' });
  assert.deepEqual(await t.volumes.verify(), []);
  cancel.abort();
  await assert.rejects(restoring, { code: 'cancelled' });
  assert.equal(await t.store.get('new'), undefined);

  const sink = new PassThrough();
  const reading = t.volumes.backup('data', { sink });
  await assert.rejects(t.volumes.remove('data'), {
    code: 'in_use',
    message: 'remove data: volume is just being backed up or cloned',
  });
  await Promise.all([reading, buffer(sink)]);
  await t.volumes.remove('data');
});

test('a consistent backup pauses what runs, and the row says so before', async () => {
  await using t = await makeBench();
  await t.volumes.create({ name: 'data' });
  const [runs, paused, stopped] = [newContainerId(), newContainerId(), newContainerId()];
  t.using.push({ id: runs, name: 'a', running: true, paused: false });
  t.using.push({ id: paused, name: 'b', running: true, paused: true });
  t.using.push({ id: stopped, name: 'c', running: false, paused: false });
  const intents: unknown[] = [];
  const sink = new PassThrough();
  sink.once('data', () => void t.store.get('data').then((row) => intents.push(row?.pausedContainers)));
  await Promise.all([t.volumes.backup('data', { sink, consistent: true }), buffer(sink)]);
  assert.deepEqual([t.paused, t.unpaused, intents], [[runs], [runs], [[runs]]]);
  assert.deepEqual((await t.store.get('data'))?.pausedContainers, []);
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('the reader left')) });
  await assert.rejects(t.volumes.backup('data', { sink: broken, consistent: true }), { code: 'unavailable' });
  assert.deepEqual(t.unpaused, [runs, runs]);
});

test('a clone has the same content, and a failed one leaves nothing', async () => {
  await using t = await makeBench();
  const { mountpoint } = await t.volumes.create({ name: 'data' });
  await writeFile(join(mountpoint, 'f'), 'bytes');
  await chown(mountpoint, 5, 6);
  const made = await t.volumes.clone('data', { name: 'copy', labels: { of: 'data' } });
  assert.deepEqual([made.labels, made.copy.entries, made.copy.notes], [{ of: 'data' }, 2, []]);
  assert.equal(await readFile(join(made.mountpoint, 'f'), 'utf8'), 'bytes');
  assert.deepEqual([(await stat(made.mountpoint)).uid, (await stat(made.mountpoint)).gid], [5, 6]);
  await assert.rejects(t.volumes.clone('data', { name: 'copy' }), { code: 'already_exists' });
  await assert.rejects(t.volumes.clone('none', { name: 'new' }), { code: 'not_found' });
  const cancel = new AbortController();
  cancel.abort();
  await assert.rejects(t.volumes.clone('data', { name: 'new', signal: cancel.signal }), { code: 'cancelled' });
  assert.deepEqual((await readdir(t.paths.volumes)).sort(), ['copy', 'data']);
});
