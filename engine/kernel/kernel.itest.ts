import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, readSync } from 'node:fs';
import { mkdir, mkdtemp, mkdtempDisposable, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { createKernel, type Kernel } from './index.ts';

let kernel: Kernel;
let root: string;

before(async () => {
  kernel = await createKernel();
  root = await mkdtemp(join(tmpdir(), 'kernel-'));
  await kernel.mountTmpfs(root, { sizeBytes: 64 << 20, mode: 0o700 });
});

after(async () => {
  for (const { target } of (await kernel.listMounts()).toReversed()) {
    if (target.startsWith(root)) await kernel.unmount(target);
  }
  await rm(root, { recursive: true, force: true });
  await kernel[Symbol.asyncDispose]();
});

async function folder(...parts: string[]): Promise<string> {
  const path = join(root, ...parts);
  await mkdir(path, { recursive: true });
  return path;
}

async function layers(name: string, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const path = await folder(name, String(index));
    await writeFile(join(path, 'who'), String(index));
    await writeFile(join(path, `only-${index}`), '');
    paths.push(path);
  }
  return paths;
}

function refusedWith(errno: string, words?: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(isEngineError(error), String(error));
    assert.equal(error.details['errno'], errno);
    assert.ok(typeof error.details['syscall'] === 'string' && error.details['syscall'] !== '');
    if (words !== undefined) assert.match(error.message, words);
    return true;
  };
}

test('an overlay of 300 layers shows all of them, the first on top', async () => {
  const lower = await layers('many', 300);
  const target = await folder('many-target');
  await kernel.mountOverlay({
    lower,
    upper: await folder('many-upper'),
    work: await folder('many-work'),
    target,
  });
  assert.equal(await readFile(join(target, 'who'), 'utf8'), '0');
  await stat(join(target, 'only-299'));
  await writeFile(join(target, 'new'), 'x');
  assert.equal(await readFile(join(root, 'many-upper', 'new'), 'utf8'), 'x');
  assert.ok((await kernel.listMounts()).some((mount) => mount.target === target && mount.fsType === 'overlay'));
  assert.equal(await kernel.unmount(target), true);
  assert.equal(await kernel.unmount(target), false);
});

test('an overlay without an upper folder is read-only, with one layer and with two', async () => {
  for (const count of [1, 2]) {
    const target = await folder(`ro-target-${count}`);
    await kernel.mountOverlay({ lower: await layers(`ro-${count}`, count), target });
    assert.equal(await readFile(join(target, 'who'), 'utf8'), '0');
    await assert.rejects(writeFile(join(target, 'new'), ''), { code: 'EROFS' });
    await kernel.unmount(target);
  }
});

test('an unmount that may wait for a disk holds up no other call', async () => {
  await using careful = await createKernel(() => true);
  const targets = await Promise.all(['one', 'two'].map((name) => folder('waiting', name)));
  // These wait for nothing, so that on a busy machine one may be done first; in one line with the others all would be, always.
  for (let round = 1, answered: string[] = []; answered[0] !== 'links'; round += 1) {
    assert.ok(round <= 50, 'the other call came after the unmounts each time');
    for (const target of targets) await careful.mountTmpfs(target);
    answered = [];
    const unmounts = targets.map(async (target) => {
      assert.equal(await careful.unmount(target), true, `round ${round}`);
      answered.push('unmount');
    });
    await careful.listLinks();
    answered.push('links');
    await Promise.all(unmounts);
  }
  assert.equal(await careful.unmount(targets[0] ?? ''), false);
  await assert.rejects(careful.unmount(`${root}\0/x`), { code: 'invalid_argument' });
});

test("a refused overlay names the folder or carries the kernel's own words", async () => {
  const target = await folder('bad-target');
  const [upper, work] = [await folder('bad-upper'), await folder('bad-work')];
  const lower = [await folder('bad-a')];
  await assert.rejects(
    kernel.mountOverlay({ lower: [...lower, join(root, 'not-there')], upper, work, target }),
    refusedWith('ENOENT', /lowerdir.*not-there/),
  );
  await assert.rejects(
    kernel.mountOverlay({ lower: await layers('bad-many', 501), upper, work, target }),
    refusedWith('EINVAL', /too many lower directories/),
  );
  await assert.rejects(kernel.mountOverlay({ lower: [], target }), refusedWith('EINVAL', /needs a lower folder/));
});

test('a bind mount can be read-only and private', async () => {
  const source = await folder('bind-source');
  const target = await folder('bind target');
  await writeFile(join(source, 'file'), 'seen');
  await kernel.bindMount(source, target, { readOnly: true, propagation: 'rprivate' });
  assert.equal(await readFile(join(target, 'file'), 'utf8'), 'seen');
  await assert.rejects(writeFile(join(target, 'new'), ''), { code: 'EROFS' });
  await writeFile(join(source, 'new'), '');
  assert.ok((await kernel.listMounts()).some((mount) => mount.target === target));
  await kernel.unmount(target, { lazy: false });
});

test('a recursive bind mount takes what is mounted below', async () => {
  const source = await folder('rbind-source');
  const inner = await folder('rbind-source', 'inner');
  await kernel.mountTmpfs(inner);
  await writeFile(join(inner, 'deep'), '');
  const target = await folder('rbind-target');
  await kernel.bindMount(source, target, { recursive: true });
  await stat(join(target, 'inner', 'deep'));
});

test('open in root follows links, but never out', async () => {
  const jail = await folder('jail');
  await mkdir(join(jail, 'etc'));
  await writeFile(join(jail, 'etc', 'hostname'), 'inside');
  await symlink('/etc/hostname', join(jail, 'absolute'));
  await symlink('../../../../etc/hostname', join(jail, 'climbing'));
  await symlink('loop', join(jail, 'loop'));
  for (const name of ['absolute', 'climbing', '/etc/hostname']) {
    const fd = await kernel.openInRoot(jail, name);
    const buffer = Buffer.alloc(16);
    const length = readSync(fd, buffer, 0, 16, 0);
    closeSync(fd);
    assert.equal(buffer.toString('utf8', 0, length), 'inside', name);
  }
  await assert.rejects(kernel.openInRoot(jail, 'loop'), { code: 'invalid_argument' });
  await assert.rejects(kernel.openInRoot(jail, 'absolute', { noFollow: true }), { code: 'invalid_argument' });
  await assert.rejects(kernel.openInRoot(jail, 'missing'), { code: 'not_found' });
  await assert.rejects(kernel.openInRoot(jail, 'etc/hostname/x'), { code: 'invalid_argument' });
  const made = await kernel.openInRoot(jail, 'etc/new', { flags: constants.O_CREAT | constants.O_WRONLY, mode: 0o640 });
  closeSync(made);
  assert.equal((await stat(join(jail, 'etc', 'new'))).mode & 0o777, 0o640);
});

test('a lock has one holder until it is given back', async () => {
  const path = join(root, 'lock');
  const first = await kernel.flock(path);
  await assert.rejects(kernel.flock(path), { code: 'in_use' });
  await first[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await using _second = await kernel.flock(path);
});

test('extended attributes are written and read, also empty and missing ones', async () => {
  const path = await folder('xattr');
  await kernel.setxattr(path, 'trusted.overlay.opaque', Buffer.from('y'));
  await kernel.setxattr(path, 'trusted.empty', Buffer.alloc(0));
  assert.deepEqual(await kernel.getxattr(path, 'trusted.overlay.opaque'), new Uint8Array([121]));
  assert.deepEqual(await kernel.getxattr(path, 'trusted.empty'), new Uint8Array());
  assert.equal(await kernel.getxattr(path, 'trusted.missing'), undefined);
  assert.deepEqual((await kernel.listxattr(path)).sort(), ['trusted.empty', 'trusted.overlay.opaque']);
  await assert.rejects(kernel.getxattr(join(root, 'nowhere'), 'trusted.x'), refusedWith('ENOENT'));
});

test('a whiteout is a character device 0:0', async () => {
  const path = join(root, 'whiteout');
  await kernel.mknod(path, constants.S_IFCHR | 0o600, 0, 0);
  const { mode, rdev } = await stat(path);
  assert.equal(mode & constants.S_IFMT, constants.S_IFCHR);
  assert.equal(rdev, 0);
  await assert.rejects(kernel.mknod(path, constants.S_IFCHR, 0, 0), { code: 'already_exists' });
});

test('the space of a file system is its own', async () => {
  const { totalBytes, freeBytes, totalInodes, freeInodes } = await kernel.statfs(root);
  assert.equal(totalBytes, 64 << 20);
  assert.ok(freeBytes > 0 && freeBytes <= totalBytes);
  assert.ok(freeInodes > 0 && freeInodes < totalInodes);
  await assert.rejects(kernel.statfs(join(root, 'nowhere')), { code: 'not_found' });
});

test('a NUL byte is refused instead of cutting the path', async () => {
  await assert.rejects(kernel.unmount(`${root}\0/x`), { code: 'invalid_argument' });
});

test('a disposed kernel answers with an error', async () => {
  const other = await createKernel();
  await other[Symbol.asyncDispose]();
  await assert.rejects(other.listLinks(), { code: 'unavailable' });
});

test('the kernel tells who is at the other end of a unix socket', async () => {
  const path = join(root, 'peer.sock');
  const { promise, resolve } = Promise.withResolvers<Socket>();
  const server = createServer(resolve).listen(path);
  const client = connect(path);
  try {
    const { _handle: handle } = (await promise) as Socket & { _handle?: { fd: number } };
    assert.deepEqual(await kernel.peerCredentials(handle?.fd ?? -1), {
      pid: process.pid,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
    });
    await assert.rejects(kernel.peerCredentials(9_999_999), refusedWith('EBADF'));
  } finally {
    client.destroy();
    (await promise).destroy();
    server.close();
  }
});

test('a program is started with the sockets it was promised, and not with ours', async () => {
  // Its own child goes on when it has ended, as a detached program's does.
  const script = '(read word <&3; ls /proc/self/fd >&4; echo "$word $ONE" >&3) &';
  const asked = { file: '/bin/sh', args: ['-c', script], env: ['PATH=/usr/bin:/bin', 'ONE=1'], sockets: 2 };
  const [first = -1, second = -1] = await kernel.startDetached(asked);
  const [third, fourth] = [first, second].map((fd) => new Socket({ fd, readable: true, writable: true }));
  assert.ok(third && fourth);
  third.write('said\n');
  assert.equal(await text(third), 'said 1\n');
  const descriptors = (await text(fourth)).trim().split('\n').map(Number);
  assert.deepEqual(descriptors.sort((one, other) => one - other).slice(0, 5), [0, 1, 2, 3, 4]);
  assert.ok(!descriptors.includes(first) && !descriptors.includes(second));
  await assert.rejects(kernel.startDetached({ ...asked, file: join(root, 'nothing') }), refusedWith('ENOENT'));
});

test('a folder is marked as the top of unrelated ones where the file system knows that', async () => {
  await using own = await mkdtempDisposable(join(tmpdir(), 'kernel-top-'));
  const top = own.path;
  const marked = await kernel.spreadFolders(top);
  assert.equal(await kernel.spreadFolders(top), marked);
  const stdout = spawnSync('lsattr', ['-d', top], { encoding: 'utf8' }).stdout ?? '';
  // Without lsattr, or on another file system, nothing is told about it.
  if (stdout !== '') assert.equal(stdout.split(' ')[0]?.includes('T'), marked);
  assert.equal(await kernel.spreadFolders(await folder('top')), false, 'tmpfs has none');
});

test('a small folder is removed, a larger or deeper one is left as it is', async () => {
  const small = await folder('small', 'a', 'b');
  await writeFile(join(small, 'file'), '');
  await symlink('/etc', join(small, 'link'));
  assert.equal(await kernel.removeSmallTree(join(root, 'small')), true);
  await assert.rejects(stat(join(root, 'small')), /ENOENT/);
  assert.ok((await stat('/etc')).isDirectory());
  assert.equal(await kernel.removeSmallTree(join(root, 'small')), true);

  const many = await folder('many-files');
  for (let made = 0; made < 250; made += 1) await writeFile(join(many, String(made)), '');
  assert.equal(await kernel.removeSmallTree(many), false);
  assert.equal((await readdir(many)).length, 250);
  const deep = await folder('deep', ...Array.from({ length: 15 }, () => 'd'));
  assert.equal(await kernel.removeSmallTree(join(root, 'deep')), false);
  assert.ok((await stat(deep)).isDirectory());

  const inside = await folder('with-mount', 'inside');
  await kernel.mountTmpfs(inside);
  await writeFile(join(inside, 'kept'), '');
  assert.equal(await kernel.removeSmallTree(join(root, 'with-mount')), false);
  assert.ok((await stat(join(inside, 'kept'))).isFile());
});
