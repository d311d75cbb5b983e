import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { silentLogger } from '../../lib/index.ts';
import { createLayerApplier, createTreePacker, createTreeReader } from '../index.ts';
import { giveAttribute } from '../testing/apply-bench.ts';
import { buildTar, type TarMember } from '../testing/tar-builder.ts';

const applier = createLayerApplier({ log: silentLogger });
const packer = createTreePacker({ log: silentLogger });
const reader = createTreeReader({ log: silentLogger });
after(async () => {
  await applier[Symbol.asyncDispose]();
  await packer[Symbol.asyncDispose]();
});

async function place() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'davit-trees-'));
  const at = (...parts: string[]) => join(folder.path, ...parts);
  mkdirSync(at('root'));
  return { at, root: at('root'), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const tarOf = (members: readonly TarMember[]) => Readable.from([buildTar(members)]);
const INTO = { path: '/', noOverwriteDirNonDir: false, owner: undefined };

test('changes: added, modified and deleted, with the folders they are in, in the order of a walk', async () => {
  await using p = await place();
  const [upper, low, lower] = [p.at('upper'), p.at('low'), p.at('lower')];
  for (const dir of ['etc/conf', 'gone/deep', 'replaced/sub', 'same', 'mode', 'hidden'])
    mkdirSync(join(lower, dir), { recursive: true });
  for (const file of ['etc/conf/a', 'etc/b', 'gone/f', 'replaced/old', 'replaced/kept', 'top', 'hidden/x'])
    writeFileSync(join(lower, file), '');
  mkdirSync(low, { recursive: true });
  for (const dir of ['etc/conf', 'replaced', 'same', 'mode', 'new/inner', 'hidden'])
    mkdirSync(join(upper, dir), { recursive: true });
  // A layer between has removed it: for the container it is new.
  execFileSync('mknod', [join(low, 'hidden'), 'c', '0', '0']);
  for (const file of ['etc/conf/a', 'etc/c', 'replaced/kept', 'replaced/fresh', 'new/inner/f', 'top'])
    writeFileSync(join(upper, file), 'x');
  execFileSync('mknod', [join(upper, 'gone'), 'c', '0', '0']);
  execFileSync('chmod', ['700', join(upper, 'mode')]);
  giveAttribute(join(upper, 'replaced'), 'trusted.overlay.opaque', 'y');
  const changes = await reader.changes({ upper, lowerDirs: [low, lower] });
  assert.deepEqual(
    changes.map(({ kind, path }) => `${kind[0]} ${path}`),
    [
      'm /etc',
      'a /etc/c',
      'm /etc/conf',
      'm /etc/conf/a',
      'd /gone',
      'a /hidden',
      'm /mode',
      'a /new',
      'a /new/inner',
      'a /new/inner/f',
      'm /replaced',
      'a /replaced/fresh',
      'm /replaced/kept',
      'd /replaced/old',
      'd /replaced/sub',
      'm /top',
    ],
  );
});

test('stat: a link is a link unless a slash follows it, and leads inside the tree', async () => {
  await using p = await place();
  mkdirSync(p.at('root/etc/real'), { recursive: true });
  writeFileSync(p.at('root/etc/real/f'), 'four');
  symlinkSync('/etc/real', p.at('root/link'));
  symlinkSync('../../../../../..', p.at('root/etc/up'));
  symlinkSync('/nowhere/there', p.at('root/etc/dead'));
  const view = { root: p.root };
  const stat = async (path: string) => {
    const { name, sizeBytes, mode, linkTarget } = await reader.stat({ view, path });
    return [
      name,
      (mode & 0o170000) === 0o120000 ? 'link' : (mode & 0o170000) === 0o40000 ? 'folder' : sizeBytes,
      linkTarget,
    ];
  };
  assert.deepEqual(await stat('/link/f'), ['f', 4, '']);
  assert.deepEqual(await stat('link'), ['link', 'link', '/etc/real']);
  assert.deepEqual(await stat('/link/'), ['link', 'folder', '']);
  assert.deepEqual(await stat('/link/.'), ['link', 'folder', '']);
  assert.deepEqual(await stat('/etc/up'), ['up', 'link', '/']);
  assert.deepEqual(await stat('/etc/up/link/f'), ['f', 4, '']);
  assert.deepEqual(await stat('/etc/dead'), ['dead', 'link', '/nowhere/there']);
  assert.deepEqual(await stat('/'), ['/', 'folder', '']);
  await assert.rejects(stat('/nope'), { code: 'not_found' });
  await assert.rejects(stat('/link/f/'), { code: 'invalid_argument' });
});

test('the links of /proc that lead to other roots are refused', async () => {
  const view = { root: '/' };
  const { pid } = process;
  await assert.rejects(reader.stat({ view, path: `/proc/${pid}/root/etc` }), { code: 'invalid_argument' });
  const sink = new PassThrough().resume();
  sink.on('error', () => {});
  await assert.rejects(packer.pack({ root: '/', path: `/proc/${pid}/cwd/package.json`, as: 'x', sink }), {
    code: 'invalid_argument',
  });
});

test('insert: owners, modes and times as the archive says, links on the way followed inside the tree', async () => {
  await using p = await place();
  mkdirSync(p.at('root/var'));
  mkdirSync(p.at('root/run'));
  mkdirSync(p.at('outside'));
  symlinkSync('/run', p.at('root/var/run'));
  symlinkSync('/../../outside', p.at('root/escape'));
  mkdirSync(p.at('root/outside'));
  writeFileSync(p.at('outside/victim'), 'untouched');
  symlinkSync(p.at('outside/victim'), p.at('root/victim'));
  const members: TarMember[] = [
    { name: 'var/run/pid', data: '1', mode: 0o640, uid: 7, gid: 8, mtime: 1_600_000_000 },
    { name: 'escape/f', data: 'in' },
    { name: 'victim', data: 'new' },
    { name: 'made/on/the/way', data: '' },
    { name: 'dir/', type: '5', mode: 0o750, mtime: 1_500_000_000 },
    { name: 'dir/inside', data: '' },
    { name: 'dir/hard', type: '1', linkName: 'dir/inside' },
    { name: 'sym', type: '2', linkName: '/etc/passwd' },
  ];
  const done = await applier.insert({ source: tarOf(members), view: { root: p.root }, into: INTO });
  assert.equal(done.entries, members.length);
  const pid = statSync(p.at('root/run/pid'));
  assert.deepEqual([pid.mode & 0o777, pid.uid, pid.gid, pid.mtimeMs], [0o640, 7, 8, 1_600_000_000_000]);
  assert.equal(readFileSync(p.at('root/outside/f'), 'utf8'), 'in');
  assert.equal(readFileSync(p.at('outside/victim'), 'utf8'), 'untouched');
  assert.equal(lstatSync(p.at('root/victim')).isFile(), true);
  assert.deepEqual(
    [statSync(p.at('root/dir')).mode & 0o777, statSync(p.at('root/dir')).mtimeMs],
    [0o750, 1_500_000_000_000],
  );
  assert.equal(statSync(p.at('root/dir/hard')).ino, statSync(p.at('root/dir/inside')).ino);
  assert.equal(readlinkSync(p.at('root/sym')), '/etc/passwd');
  assert.deepEqual(readdirSync(p.at('outside')), ['victim']);

  const owned = { ...INTO, path: '/dir/.', owner: { uid: 5, gid: 6 } };
  await applier.insert({ source: tarOf([{ name: 'x/y', data: '' }]), view: { root: p.root }, into: owned });
  for (const name of ['x', 'x/y'])
    assert.deepEqual([statSync(p.at('root/dir', name)).uid, statSync(p.at('root/dir', name)).gid], [5, 6]);
});

test('insert: what it refuses, in the words of Docker', async () => {
  await using p = await place();
  mkdirSync(p.at('root/dir'));
  writeFileSync(p.at('root/file'), '');
  const view = { root: p.root };
  const insert = (members: TarMember[], into: object, more: object = {}) =>
    applier.insert({ source: tarOf(members), view: { ...view, ...more }, into: { ...INTO, ...into } });
  const strict = { noOverwriteDirNonDir: true };
  const file = [{ name: 'dir', data: 'x' }];
  const folder = [{ name: 'file/', type: '5' }];
  await assert.rejects(insert(file, strict), { message: 'cannot overwrite directory "dir" with non-directory "dir"' });
  await assert.rejects(insert(folder, strict), /cannot overwrite non-directory "file\/" with directory/);
  await insert(file, {});
  await insert(folder, {});
  assert.deepEqual([lstatSync(p.at('root/dir')).isFile(), lstatSync(p.at('root/file')).isDirectory()], [true, true]);
  await assert.rejects(insert(file, { path: '/none' }), { code: 'not_found' });
  await assert.rejects(insert(file, { path: '/dir' }), { message: 'extraction point is not a directory' });
  await assert.rejects(insert([{ name: '../x', data: '' }], {}), { code: 'data_corrupt' });
  mkdirSync(p.at('volume'));
  mkdirSync(p.at('root/mnt'));
  const mounts = [{ source: p.at('volume'), target: '/mnt', readOnly: true }];
  await assert.rejects(insert(file, { path: '/mnt' }, { mounts }), {
    code: 'denied',
    message: 'mounted volume is marked read-only',
  });
  mounts[0] = { source: p.at('volume'), target: '/mnt', readOnly: false };
  await insert([{ name: 'mnt/f', data: 'kept' }], {}, { mounts });
  assert.equal(readFileSync(p.at('volume/f'), 'utf8'), 'kept');
  assert.deepEqual(readdirSync(p.at('root/mnt')), [], 'the mount was seen by that process alone');
});

test('a mount is packed when it is named, also where its folder is missing', async () => {
  await using p = await place();
  mkdirSync(p.at('volume'));
  writeFileSync(p.at('volume/data'), 'of the volume');
  const mounts = [{ source: p.at('volume'), target: '/srv/data', readOnly: false }];
  const namesOf = async (more: object) => {
    const sink = new PassThrough();
    const bytes = buffer(sink);
    await packer.pack({ root: p.root, form: 'portable', sink, mounts, ...more });
    return execFileSync('tar', ['-tf', '-'], { input: await bytes })
      .toString()
      .trim()
      .split('\n');
  };
  assert.deepEqual(await namesOf({ path: '/srv', as: 'srv', enterMounts: ['/srv/data'] }), [
    'srv/',
    'srv/data/',
    'srv/data/data',
  ]);
  assert.deepEqual(await namesOf({ path: '/srv/data/', as: 'x' }), ['x/', 'x/data']);
});

/** A program that swaps a folder and a link out of the tree, without end. */
async function swapper(dir: string, outside: string): Promise<ChildProcess & Disposable> {
  const code = `const fs = require('node:fs');
    const [dir, outside] = process.argv.slice(1);
    const at = dir + '/real';
    // The name may have come back meanwhile: the next round takes it away.
    const may = (step) => { try { step(); } catch {} };
    process.stdout.write('ready');
    for (;;) {
      may(() => fs.rmSync(at, { recursive: true })); may(() => fs.symlinkSync(outside, at));
      may(() => fs.unlinkSync(at)); may(() => fs.mkdirSync(at));
    }`;
  const child = spawn(process.execPath, ['-e', code, dir, outside], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return Object.assign(child, { [Symbol.dispose]: () => void child.kill('SIGKILL') });
}

test('a link that is swapped in during the call leads nowhere outside', { timeout: 120_000 }, async () => {
  await using p = await place();
  mkdirSync(p.at('outside'));
  writeFileSync(p.at('outside/secret'), 'secret');
  mkdirSync(p.at('root/box'));
  using _swapping = await swapper(p.at('root/box'), p.at('outside'));
  const view = { root: p.root };
  for (let round = 0; round < 12; round++) {
    const sink = new PassThrough();
    const packed = buffer(sink).catch(() => Buffer.alloc(0));
    const into = { ...INTO, path: '/box' };
    const members = Array.from({ length: 200 }, (_, at) => ({ name: `real/${at}/f`, data: 'x' }));
    // The names come and go: any answer is right but one that leads outside.
    await Promise.allSettled([
      packer.pack({ root: p.root, path: '/box/real/', as: 'real', form: 'portable', sink }),
      applier.insert({ source: tarOf(members), view, into }),
      reader.stat({ view, path: '/box/real/secret' }).then(() => assert.fail('saw what is outside')),
    ]).then((outcomes) => {
      const [, , stat] = outcomes;
      assert.ok(stat?.status === 'rejected' && !/saw what/.test(String(stat.reason)));
    });
    assert.equal((await packed).includes('secret'), false);
    assert.deepEqual(readdirSync(p.at('outside')), ['secret']);
  }
});
