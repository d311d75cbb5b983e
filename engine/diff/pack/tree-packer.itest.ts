import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { silentLogger } from '../../lib/index.ts';
import { applyBench, attributesOf, giveAttribute } from '../testing/apply-bench.ts';
import { createTreePacker } from './create-tree-packer.ts';
import type { PackTreeOptions } from './tree-packer.ts';

const { applier, apply, place } = applyBench();
const packer = createTreePacker({ log: silentLogger });
after(async () => {
  await applier[Symbol.asyncDispose]();
  await packer[Symbol.asyncDispose]();
});

async function packed(opts: Omit<PackTreeOptions, 'sink'>) {
  const sink = new PassThrough();
  const [result, bytes] = await Promise.all([packer.pack({ ...opts, sink }), buffer(sink)]);
  return { result, bytes };
}

/** Names as GNU tar reads them. */
function namesOf(tar: Buffer): string[] {
  return execFileSync('tar', ['-tf', '-'], { input: tar, encoding: 'utf8' }).trimEnd().split('\n');
}

/** Revision 2, cap_net_raw permitted. */
const CAPABILITY = Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('latin1');
const sha = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`;

describe('pack', () => {
  it('gives back a tree with its owners, modes, times, links, holes and attributes', async () => {
    using p = place();
    const root = p.at('tree');
    mkdirSync(join(root, 'd/deep'), { recursive: true });
    writeFileSync(join(root, 'd/tool'), 'bytes');
    linkSync(join(root, 'd/tool'), join(root, 'd/deep/same'));
    symlinkSync('/etc/shadow', join(root, 'link'));
    linkSync(join(root, 'link'), join(root, 'link2'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    execFileSync('mknod', [join(root, 'node'), 'c', '5', '300']);
    giveAttribute(join(root, 'd'), 'user.note', 'a=b');
    giveAttribute(join(root, 'd/tool'), 'security.capability', CAPABILITY);
    const sparse = join(root, 'sparse');
    const fd = openSync(sparse, 'w');
    writeSync(fd, 'end', 50_000_000);
    closeSync(fd);
    truncateSync(sparse, 90_000_000);
    chownSync(join(root, 'd'), 12, 34);
    chmodSync(join(root, 'd'), 0o2751);
    writeFileSync(join(root, 'ü\n x'), 'odd name');
    utimesSync(join(root, 'ü\n x'), 1.25, 5.5);
    chmodSync(root, 0o711);

    const { result, bytes } = await packed({ root });
    assert.equal(result.digest, sha(bytes));
    assert.deepEqual([result.diffId, result.sizeBytes, result.tarBytes], [result.digest, bytes.length, bytes.length]);
    assert.ok(bytes.length < 1_000_000);
    assert.deepEqual(result.notes, []);
    const same = await packed({ root });
    assert.equal(same.result.digest, result.digest);

    const back = join(p.root, 'back');
    mkdirSync(back);
    const done = await apply(back, bytes);
    assert.deepEqual([done.notes, done.entries], [[], result.entries]);
    const of = (...parts: string[]) => lstatSync(join(back, ...parts));
    assert.deepEqual([of().mode & 0o7777, of('d').mode & 0o7777, of('d').uid, of('d').gid], [0o711, 0o2751, 12, 34]);
    assert.equal(of('d/tool').ino, of('d/deep/same').ino);
    assert.equal(of('link').ino, of('link2').ino);
    assert.equal(readlinkSync(join(back, 'link')), '/etc/shadow');
    assert.ok(of('pipe').isFIFO());
    assert.equal(of('node').rdev, lstatSync(join(root, 'node')).rdev);
    assert.equal(of('ü\n x').mtimeMs, 5500);
    assert.ok(of('sparse').size === 90_000_000 && of('sparse').blocks * 512 < 1_000_000);
    assert.ok(readFileSync(join(back, 'sparse')).equals(readFileSync(sparse)));
    assert.deepEqual(attributesOf(join(back, 'd')), { 'user.note': 'a=b' });
    assert.ok('security.capability' in attributesOf(join(back, 'd/tool')));
    // What GNU tar makes of the same bytes.
    const gnu = join(p.root, 'gnu');
    mkdirSync(gnu);
    execFileSync('tar', ['-xpf', '-', '-C', gnu], { input: bytes });
    execFileSync('diff', ['-r', '--no-dereference', '--exclude=pipe', '--exclude=node', gnu, back]);
  });

  it('writes the upper folder of an overlay as a layer', async () => {
    using p = place();
    const root = p.at('upper');
    mkdirSync(join(root, 'opaque'), { recursive: true });
    writeFileSync(join(root, 'opaque/new'), 'x');
    execFileSync('mknod', [join(root, 'gone'), 'c', '0', '0']);
    giveAttribute(join(root, 'opaque'), 'trusted.overlay.opaque', 'y');
    writeFileSync(join(root, '.wh.trap'), '');
    writeFileSync(join(root, 'f'), '');
    const { result, bytes } = await packed({ root, form: 'layer', omitTop: true });
    assert.deepEqual(namesOf(bytes), ['f', '.wh.gone', 'opaque/', 'opaque/.wh..wh..opq', 'opaque/new']);
    assert.equal(result.notes.length, 1);
    const back = join(p.root, 'back');
    mkdirSync(back);
    await apply(back, bytes);
    assert.ok(lstatSync(join(back, 'gone')).isCharacterDevice());
    assert.deepEqual(attributesOf(join(back, 'opaque')), { 'trusted.overlay.opaque': 'y' });
  });

  it('takes one path under another name and never leaves the root', async () => {
    using p = place();
    const root = p.at('root');
    mkdirSync(join(root, 'srv/d'), { recursive: true });
    writeFileSync(join(root, 'srv/d/f'), 'inside');
    symlinkSync('/srv', join(root, 'alias'));
    symlinkSync(p.canary, join(root, 'out'));
    symlinkSync('../../../../..', join(root, 'up'));
    assert.deepEqual(namesOf((await packed({ root, path: '/alias/d/f', as: 'g' })).bytes), ['g']);
    assert.deepEqual(namesOf((await packed({ root, path: 'alias/d', as: 'd' })).bytes), ['d/', 'd/f']);
    assert.deepEqual(namesOf((await packed({ root, path: 'up/srv/d', omitTop: true })).bytes), ['f']);
    const link = await packed({ root, path: 'out', as: 'out' });
    assert.deepEqual([namesOf(link.bytes), link.result.entries], [['out'], 1]);
    await assert.rejects(packed({ root, path: 'out/secret', as: 'x' }), { code: 'not_found' });
    await assert.rejects(packed({ root, path: '../canary/secret', as: 'x' }), { code: 'not_found' });
    await assert.rejects(packed({ root, path: 'srv/d/f' }), { code: 'invalid_argument' });
  });

  it('leaves out sockets and what is mounted inside', async () => {
    using p = place();
    const root = p.at('root');
    mkdirSync(join(root, 'mnt'), { recursive: true });
    const server = createServer().listen(join(root, 'sock'));
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(root, 'mnt')]);
    try {
      writeFileSync(join(root, 'mnt/f'), 'x');
      const { result, bytes } = await packed({ root, omitTop: true });
      assert.deepEqual(namesOf(bytes), ['mnt/']);
      assert.equal(result.notes.length, 2);
    } finally {
      execFileSync('umount', [join(root, 'mnt')]);
      server.close();
    }
  });

  it('compresses with both digests', async () => {
    using p = place();
    writeFileSync(p.at('f'), Buffer.alloc(3 << 20, 'abc'));
    const plain = await packed({ root: p.target });
    for (const [compression, decompress] of [
      ['gzip', gunzipSync],
      ['zstd', zstdDecompressSync],
    ] as const) {
      const { result, bytes } = await packed({ root: p.target, compression });
      assert.ok(decompress(bytes).equals(plain.bytes));
      assert.deepEqual([result.digest, result.diffId], [sha(bytes), plain.result.digest]);
      assert.deepEqual([result.sizeBytes, result.tarBytes], [bytes.length, plain.bytes.length]);
    }
  });

  it('seals an archive so that every change of it is noticed', async () => {
    using p = place();
    const root = p.at('tree');
    mkdirSync(root);
    writeFileSync(join(root, '.wh.name'), 'no deletion here');
    execFileSync('mknod', [join(root, 'zero'), 'c', '0', '0']);
    writeFileSync(join(root, 'f'), Buffer.alloc(5000, 'x'));
    const acl = Buffer.from(
      '0200000001000600ffffffff02000700e803000004000400ffffffff10000700ffffffff20000400ffffffff',
      'hex',
    );
    giveAttribute(join(root, 'f'), 'system.posix_acl_access', acl.toString('latin1'));
    const { bytes } = await packed({ root, seal: true });
    assert.deepEqual(namesOf(bytes), ['./', '.wh.name', 'f', 'zero']);
    const unpack = async (archive: Buffer, requireSeal = true) => {
      const target = mkdtempSync(join(p.root, 'back-'));
      const done = await applier.unpackTree({ source: Readable.from([archive]), target, requireSeal });
      return { done, target };
    };
    const { done, target } = await unpack(bytes);
    assert.deepEqual([done.sealed, done.notes, done.digest], [true, [], sha(bytes)]);
    assert.deepEqual(readdirSync(target), ['.wh.name', 'f', 'zero']);
    assert.equal(attributesOf(join(target, 'f'))['system.posix_acl_access'], acl.toString('latin1'));
    assert.ok((await unpack((await packed({ root, seal: true, compression: 'zstd' })).bytes)).done.sealed);

    const flipped = Buffer.from(bytes);
    const at = flipped.indexOf('xxxx');
    flipped[at] = 0x79;
    await assert.rejects(unpack(flipped, false), { code: 'data_corrupt', details: { reason: 'seal_broken' } });
    const plain = (await packed({ root })).bytes;
    assert.equal((await unpack(plain, false)).done.sealed, false);
    await assert.rejects(unpack(plain), { code: 'data_corrupt', details: { reason: 'seal_missing' } });
    for (const length of [bytes.length - 1024, bytes.length - 2048, bytes.length - 2560, 1000]) {
      await assert.rejects(unpack(bytes.subarray(0, length)), { code: 'data_corrupt' }, String(length));
    }
  });

  it('ends with the caller, the sink and the packer, and never ends a sink that has less than all', async () => {
    using p = place();
    writeFileSync(p.at('f'), '');
    truncateSync(p.at('f'), 2 ** 40);
    const cancel = new AbortController();
    let seen = 0;
    const slow = new Writable({
      write(chunk: Buffer, _encoding, done) {
        seen += chunk.length;
        if (seen > 1 << 20) cancel.abort();
        done();
      },
    });
    let ended = false;
    slow.once('finish', () => {
      ended = true;
    });
    const progress: number[] = [];
    const onProgress = ({ tarBytes }: { tarBytes: number }) => void progress.push(tarBytes);
    const big = { root: p.target, form: 'portable' as const };
    await assert.rejects(packer.pack({ ...big, sink: slow, signal: cancel.signal, onProgress }), { code: 'cancelled' });
    assert.deepEqual([ended, slow.destroyed], [false, true]);

    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no room')) });
    await assert.rejects(packer.pack({ ...big, sink: broken }), { code: 'unavailable', message: /no room/ });
    const leaving = new Writable({
      write: (_chunk, _encoding, done) => done(),
      final() {
        this.destroy();
      },
    });
    await assert.rejects(packer.pack({ root: p.canary, sink: leaving }), { code: 'unavailable' });
    const closing = createTreePacker({ log: silentLogger });
    const sink = new PassThrough().resume();
    const work = closing.pack({ ...big, sink });
    sink.once('data', () => void closing[Symbol.asyncDispose]());
    await assert.rejects(work, { code: 'cancelled' });
    assert.ok(readdirSync(p.target).includes('f'));
  });
});
