import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { digestOf } from '../../oci/index.ts';
import { applyLayer } from '../index.ts';
import { applyBench, attributesOf } from '../testing/apply-bench.ts';
import { buildTar } from '../testing/tar-builder.ts';

const { applier, apply, place } = applyBench();
after(() => applier[Symbol.asyncDispose]());

const isWhiteout = (path: string) => lstatSync(path).isCharacterDevice() && lstatSync(path).rdev === 0;

describe('apply', () => {
  it('keeps owner, mode, setuid, times and whiteouts, and both digests', async () => {
    using p = place();
    const tar = buildTar([
      { name: './', type: '5', mode: 0o711 },
      { name: 'd/', type: '5', mode: 0o1777, mtime: 1000 },
      { name: 'd/f', data: 'hello', mode: 0o4755, uid: 12, gid: 34, pax: { mtime: '-5.5' } },
      { name: 'h', type: '1', linkName: 'd/f' },
      { name: 'd/.wh.gone' },
      { name: 'p', type: '6', mode: 0o640 },
      { name: 'c', type: '3', major: 5, minor: 300 },
      { name: 's', type: 's' },
      { name: '.wh..wh.plnk/x', data: 'aufs' },
    ]);
    const blob = join(p.root, 'blob');
    const gz = Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]);
    const done = await apply(p.target, gz, { blob: { path: blob, compression: 'keep' } });
    const sha = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
    assert.deepEqual([done.digest, done.diffId, done.sizeBytes], [sha(gz), sha(tar), gz.length]);
    assert.deepEqual(readFileSync(blob), gz);
    const file = lstatSync(p.at('d', 'f'));
    assert.deepEqual([file.mode & 0o7777, file.uid, file.gid, file.mtimeMs], [0o4755, 12, 34, -5500]);
    assert.equal(lstatSync(p.at('h')).ino, file.ino);
    assert.deepEqual([lstatSync(p.at('d')).mode & 0o7777, lstatSync(p.at('d')).mtimeMs], [0o1777, 1_000_000]);
    assert.equal(lstatSync(p.target).mode & 0o777, 0o711);
    assert.ok(isWhiteout(p.at('d', 'gone')));
    assert.ok(lstatSync(p.at('p')).isFIFO());
    assert.equal(lstatSync(p.at('c')).rdev, (5 << 8) | (300 & 0xff) | ((300 & ~0xff) << 12));
    assert.equal(done.notes.length, 1);
    assert.ok(!existsSync(p.at('.wh..wh.plnk')));
  });

  it('takes folder modes and hard link targets from the layers below, and hides them where asked', async () => {
    using lower = place();
    using p = place();
    await apply(lower.target, [
      { name: 'd/', type: '5', mode: 0o700, uid: 9 },
      { name: 'd/f', data: 'below', mode: 0o600 },
      { name: 'other', data: 'x' },
    ]);
    await apply(p.target, [{ name: 'd/h', type: '1', linkName: 'd/f' }, { name: '.wh..wh..opq' }], {
      lowerDirs: [lower.target],
    });
    assert.deepEqual([lstatSync(p.at('d')).mode & 0o777, lstatSync(p.at('d')).uid], [0o700, 9]);
    assert.equal(readFileSync(p.at('d', 'h'), 'utf8'), 'below');
    assert.equal(lstatSync(p.at('d', 'h')).ino, lstatSync(p.at('d', 'f')).ino);
    assert.notEqual(lstatSync(p.at('d', 'f')).ino, lstatSync(lower.at('d', 'f')).ino);
    assert.ok(isWhiteout(p.at('other')));
  });

  it('reads every compression by content and recompresses what OCI has no type for', async () => {
    const { execFileSync } = await import('node:child_process');
    const tar = buildTar([{ name: 'f', data: Buffer.alloc(3 << 18, 7) }]);
    const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);
    const half = tar.length - (1 << 18);
    const frames = [
      skippable,
      zstdCompressSync(tar.subarray(0, half)),
      skippable,
      zstdCompressSync(tar.subarray(half)),
    ];
    const sources: [string, Buffer][] = [
      ['none', tar],
      ['zstd', Buffer.concat(frames)],
      ['xz', execFileSync('xz', ['-c'], { input: tar })],
      ['bzip2', execFileSync('bzip2', ['-c'], { input: tar })],
    ];
    for (const [compression, bytes] of sources) {
      using p = place();
      const blob = join(p.root, 'blob');
      const done = await apply(p.target, bytes, { blob: { path: blob, compression: 'gzip' } });
      assert.equal(done.compression, compression);
      const stored = compression === 'zstd' ? 'zstd' : 'gzip';
      assert.equal(done.mediaType, `application/vnd.oci.image.layer.v1.tar+${stored}`);
      assert.equal(done.sizeBytes, lstatSync(blob).size);
      assert.equal(lstatSync(p.at('f')).size, 3 << 18);
      assert.equal((await apply(mkdtempSync(join(p.root, 'again')), readFileSync(blob))).diffId, done.diffId);
    }
  });

  it('takes a file that is kept as the blob itself, and writes another only where it has to', async () => {
    const tar = buildTar([{ name: 'f', data: Buffer.alloc(3 << 18, 7) }]);
    for (const [compression, bytes, same] of [
      ['keep', tar, true],
      ['keep', gzipSync(tar), true],
      ['gzip', tar, false],
    ] as const) {
      using p = place();
      const [path, blob] = [join(p.root, 'source'), join(p.root, 'blob')];
      writeFileSync(path, bytes);
      const digest = digestOf(bytes);
      const done = await applier.apply({
        source: { path, digest },
        target: p.target,
        blob: { path: blob, compression },
      });
      assert.equal(lstatSync(path).ino === lstatSync(blob).ino, same);
      assert.deepEqual([done.digest, done.diffId], [digestOf(readFileSync(blob)), digestOf(tar)]);
      assert.equal(done.sizeBytes, lstatSync(blob).size);
    }
  });

  it('keeps capabilities and user attributes, drops overlay marks and foreign names', async () => {
    using p = place();
    // Revision 2, cap_net_raw permitted: set by the kernel only when well formed.
    const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('latin1');
    const done = await apply(p.target, [
      {
        name: 'f',
        data: 'x',
        uid: 5,
        pax: {
          'SCHILY.xattr.security.capability': capability,
          'SCHILY.xattr.user.note': 'kept',
          'SCHILY.xattr.trusted.overlay.redirect': '/etc',
          'SCHILY.xattr.security.selinux': 'label',
        },
      },
      { name: 'd/', type: '5', pax: { 'SCHILY.xattr.trusted.overlay.opaque': 'y' } },
    ]);
    assert.deepEqual(attributesOf(p.at('f')), { 'security.capability': capability, 'user.note': 'kept' });
    assert.deepEqual(attributesOf(p.at('d')), {});
    assert.equal(done.notes.length, 3);
  });

  it('gives whiteouts and entries of one layer the same meaning in both orders', async () => {
    using p = place();
    await apply(p.target, [
      { name: '.wh.before' },
      { name: 'before', data: 'x' },
      { name: 'after', data: 'x' },
      { name: '.wh.after' },
      { name: '.wh.d1' },
      { name: 'd1/', type: '5' },
      { name: 'd2/f', data: 'x' },
      { name: '.wh.d2' },
      { name: 'd3/.wh..wh..opq' },
    ]);
    for (const name of ['before', 'after']) assert.ok(lstatSync(p.at(name)).isFile(), name);
    for (const name of ['d1', 'd2', 'd3'])
      assert.deepEqual(attributesOf(p.at(name)), { 'trusted.overlay.opaque': 'y' }, name);
    assert.ok(existsSync(p.at('d2', 'f')));
  });

  it('applyLayer takes a stream and a folder', async () => {
    using p = place();
    const tar = buildTar([{ name: 'f', data: 'x' }]);
    assert.equal((await applyLayer(Readable.from([tar]), p.target)).entries, 1);
  });
});
