import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { isEngineError } from '../errors/index.ts';
import { silentLogger } from '../lib/index.ts';
import { type ApplyLayerOptions, applyLayer, createLayerApplier } from './index.ts';
import { getAttribute, listAttributes } from './posix.ts';
import { buildTar, gnuLong, type TarMember } from './testing/tar-builder.ts';

const applier = createLayerApplier({ log: silentLogger });
after(() => applier[Symbol.asyncDispose]());

/** A target with a canary beside it: whatever an archive does, the canary's listing and bytes stay. */
function place() {
  const root = mkdtempSync(join(tmpdir(), 'davit-diff-'));
  const target = join(root, 'target');
  const canary = join(root, 'canary');
  for (const folder of [target, canary]) mkdirSync(folder);
  writeFileSync(join(canary, 'secret'), 'untouched', { mode: 0o640 });
  const before = JSON.stringify([lstatSync(canary).mtimeMs, lstatSync(join(canary, 'secret')).ctimeMs]);
  return {
    root,
    target,
    canary,
    at: (...parts: string[]) => join(target, ...parts),
    assertUntouched() {
      assert.deepEqual(readdirSync(root).sort(), ['canary', 'target']);
      assert.deepEqual(readdirSync(canary), ['secret']);
      assert.equal(readFileSync(join(canary, 'secret'), 'utf8'), 'untouched');
      assert.equal(JSON.stringify([lstatSync(canary).mtimeMs, lstatSync(join(canary, 'secret')).ctimeMs]), before);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

type Extra = Omit<Partial<ApplyLayerOptions>, 'source' | 'target'>;

function apply(target: string, source: TarMember[] | Buffer, extra: Extra = {}) {
  const bytes = Buffer.isBuffer(source) ? source : buildTar(source);
  const limits = { reserveBytes: 0, ...extra.limits };
  return applier.apply({ ...extra, source: Readable.from([bytes]), target, limits });
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isEngineError(error)) return `${error.code}/${error.details.reason}`;
    throw error;
  }
  return 'accepted';
}

function attributesOf(path: string): Record<string, string | undefined> {
  const fd = openSync(path, 'r');
  try {
    return Object.fromEntries(listAttributes(fd).map((name) => [name, getAttribute(fd, name)]));
  } finally {
    closeSync(fd);
  }
}

const isWhiteout = (path: string) => lstatSync(path).isCharacterDevice() && lstatSync(path).rdev === 0;

describe('apply refuses and contains', () => {
  const refused: [string, string, TarMember[]][] = [
    ['a climbing name', 'path_traversal', [{ name: '../canary/x', data: 'x' }]],
    ['a climbing name in the middle', 'path_traversal', [{ name: 'a/../../canary/x' }]],
    ['a climbing pax path', 'path_traversal', [{ name: 'a', pax: { path: '../canary/x' } }]],
    ['a climbing GNU name', 'path_traversal', [gnuLong('L', '../canary/x'), { name: 'a' }]],
    ['a climbing prefix', 'path_traversal', [{ name: 'x', patch: (b) => b.write('../canary', 345) }]],
    ['a root that is a link', 'root_not_folder', [{ name: './', type: '2', linkName: '../canary' }]],
    ['a part over 255 bytes', 'name_too_long', [gnuLong('L', 'a'.repeat(256)), { name: 'a' }]],
    ['1000 levels', 'path_too_deep', [gnuLong('L', 'a/'.repeat(1000)), { name: 'a', type: '5' }]],
    ['a link as parent', 'parent_not_folder', [{ name: 'l', type: '2', linkName: '../canary' }, { name: 'l/x' }]],
    [
      'a folder swapped for a link',
      'parent_not_folder',
      [{ name: 'd/', type: '5' }, { name: 'd', type: '2', linkName: '../canary' }, { name: 'd/x' }],
    ],
    [
      'an opaque mark through a link',
      'parent_not_folder',
      [{ name: 'l', type: '2', linkName: '../canary' }, { name: 'l/.wh..wh..opq' }],
    ],
    [
      'a whiteout through a link',
      'parent_not_folder',
      [{ name: 'l', type: '2', linkName: '../canary' }, { name: 'l/.wh.secret' }],
    ],
    ['a symbolic link to nothing', 'symlink_empty', [{ name: 'l', type: '2', linkName: '' }]],
    ['a hard link outside', 'path_traversal', [{ name: 'h', type: '1', linkName: '../canary/secret' }]],
    ['a hard link by pax outside', 'path_traversal', [{ name: 'h', type: '1', pax: { linkpath: '../canary/secret' } }]],
    ['a hard link by GNU name outside', 'path_traversal', [gnuLong('K', '../canary/secret'), { name: 'h', type: '1' }]],
    [
      'a hard link through a link',
      'hardlink_target',
      [
        { name: 'l', type: '2', linkName: '../canary' },
        { name: 'h', type: '1', linkName: 'l/secret' },
      ],
    ],
    [
      'a hard link to a folder',
      'hardlink_target',
      [
        { name: 'd/', type: '5' },
        { name: 'h', type: '1', linkName: 'd' },
      ],
    ],
    ['a hard link to nothing', 'hardlink_target', [{ name: 'h', type: '1', linkName: 'missing' }]],
    [
      'a hard link to itself',
      'hardlink_target',
      [
        { name: 'h', data: 'x' },
        { name: 'h', type: '1', linkName: 'h' },
      ],
    ],
    [
      'a hard link in the place of its target',
      'hardlink_target',
      [
        { name: 'd/f', data: 'x' },
        { name: 'd', type: '1', linkName: 'd/f' },
      ],
    ],
    ['a whiteout of ""', 'whiteout_name', [{ name: '.wh.' }]],
    ['a whiteout of .', 'whiteout_name', [{ name: 'd/.wh..' }]],
    ['a whiteout of ..', 'whiteout_name', [{ name: 'd/.wh...' }]],
    ['a whiteout of a whiteout', 'whiteout_name', [{ name: '.wh..wh.x' }]],
    ['a whiteout as a device', 'device_whiteout', [{ name: 'w', type: '3' }]],
    [
      'an oversized attribute',
      'attribute_too_large',
      [{ name: 'f', pax: { 'SCHILY.xattr.user.a': 'x'.repeat(70_000) } }],
    ],
    ['an owner of 2^32-1', 'owner_out_of_range', [{ name: 'f', uid: 2 ** 32 - 1 }]],
    ['a bad checksum', 'header_checksum', [{ name: 'f', badChecksum: true }]],
  ];
  for (const [title, reason, members] of refused) {
    it(title, async () => {
      using p = place();
      assert.equal(await reasonOf(apply(p.target, members)), `data_corrupt/${reason}`);
      p.assertUntouched();
    });
  }

  it('keeps absolute names, links to anywhere and odd names inside', async () => {
    using p = place();
    const odd = Buffer.concat([Buffer.from('-\\\n'), Buffer.from([0xff, 0xfe])]);
    await apply(p.target, [
      { name: '//abs//./f', data: 'x' },
      { name: 'l', type: '2', linkName: p.canary },
      { name: 'loop', type: '2', linkName: 'loop' },
      { name: 'hl', type: '1', linkName: '/l' },
      { name: odd, data: 'odd' },
      { name: 'l', data: 'replaces the link' },
    ]);
    assert.equal(readFileSync(p.at('abs', 'f'), 'utf8'), 'x');
    assert.ok(lstatSync(p.at('hl')).isSymbolicLink());
    assert.ok(lstatSync(p.at('l')).isFile());
    assert.equal(readFileSync(Buffer.concat([Buffer.from(`${p.target}/`), odd]), 'utf8'), 'odd');
    p.assertUntouched();
  });

  it('stops at the limits of entries, bytes and free space', async () => {
    using p = place();
    const many = Array.from({ length: 20 }, (_, i) => ({ name: `f${i}` }));
    const large = [{ name: 'f', data: 'x'.repeat(5000) }];
    const all = { maxEntries: 100, maxBytes: 1e9, reserveBytes: 0 };
    assert.equal(
      await reasonOf(apply(p.target, many, { limits: { ...all, maxEntries: 10 } })),
      'resource_exhausted/too_many_entries',
    );
    assert.equal(
      await reasonOf(apply(p.target, large, { limits: { ...all, maxBytes: 4000 } })),
      'resource_exhausted/too_many_bytes',
    );
    assert.equal(
      await reasonOf(apply(p.target, large, { limits: { ...all, reserveBytes: 2 ** 52 } })),
      'resource_exhausted/disk_full',
    );
    const bomb = gzipSync(buildTar([{ name: 'f', data: Buffer.alloc(64 << 20) }]));
    assert.equal(
      await reasonOf(apply(p.target, bomb, { limits: { ...all, maxBytes: 1 << 20 } })),
      'resource_exhausted/too_many_bytes',
    );
    p.assertUntouched();
  });

  it('refuses damaged compression and wrong digests', async () => {
    const tar = buildTar([{ name: 'f', data: 'x'.repeat(9000) }]);
    const gz = gzipSync(tar);
    const zst = zstdCompressSync(tar);
    const badCrc = Buffer.from(gz);
    badCrc[gz.length - 8] = (badCrc[gz.length - 8] ?? 0) ^ 1;
    const cases: [Buffer, string, Extra?][] = [
      [gz.subarray(0, -4), 'truncated'],
      [zst.subarray(0, -2), 'truncated'],
      [badCrc, 'decompression_failed'],
      [Buffer.concat([gz, Buffer.from('rubbish')]), 'decompression_failed'],
      [Buffer.concat([gz, Buffer.alloc(64)]), 'trailing_garbage'],
      [Buffer.concat([zst, Buffer.from('rubbish!')]), 'trailing_garbage'],
      // Magic, no flags, a window of 256 MiB.
      [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 18 << 3, 1, 0, 0]), 'window_too_large'],
      [Buffer.alloc(0), 'empty'],
      [Buffer.from('no archive at all'.repeat(99)), 'header_checksum'],
      [gz, 'wrong_size', { expect: { sizeBytes: 5 } }],
    ];
    for (const [bytes, reason, extra] of cases) {
      using p = place();
      assert.equal(await reasonOf(apply(p.target, bytes, extra)), `data_corrupt/${reason}`);
      p.assertUntouched();
    }
  });

  it('tells a failing source and a cancelled one from a short archive', async () => {
    using p = place();
    const broken = Readable.from(
      (async function* () {
        yield buildTar([{ name: 'f' }], { end: false });
        throw new Error('connection lost');
      })(),
    );
    assert.equal(await reasonOf(applier.apply({ source: broken, target: p.target })), 'unavailable/source_failed');
    const abort = new AbortController();
    const endless = new Readable({ read() {} });
    const work = reasonOf(applier.apply({ source: endless, target: p.target, signal: abort.signal }));
    setTimeout(() => abort.abort(), 100);
    assert.equal(await work, 'cancelled/cancelled');
    p.assertUntouched();
  });
});

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
      const done = await apply(p.target, bytes, { blob: { path: blob, compression: 'zstd' } });
      assert.equal(done.compression, compression);
      assert.equal(done.mediaType, 'application/vnd.oci.image.layer.v1.tar+zstd');
      assert.equal(done.sizeBytes, lstatSync(blob).size);
      assert.equal(lstatSync(p.at('f')).size, 3 << 18);
      assert.equal((await apply(mkdtempSync(join(p.root, 'again')), readFileSync(blob))).diffId, done.diffId);
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

describe('unpackArchive', () => {
  it('writes files flat, records links and refuses the rest', async () => {
    using p = place();
    const unpack = (members: TarMember[]) =>
      applier.unpackArchive({ source: Readable.from([buildTar(members)]), target: p.target });
    for (const members of [
      [{ name: '../canary/secret', data: 'x' }],
      [{ name: 'manifest.json', type: '6' }],
      [{ name: 'dev', type: '3', major: 1, minor: 3 }],
      [{ name: 'a' }, { name: './a' }],
    ]) {
      assert.match(await reasonOf(unpack(members)), /^data_corrupt\//);
      rmSync(p.target, { recursive: true });
      mkdirSync(p.target);
    }
    const found = await unpack([
      { name: 'blobs/', type: '5' },
      { name: 'blobs/a', data: 'one' },
      { name: 'l', type: '2', linkName: '../canary/secret' },
      { name: 'manifest.json', data: '{}' },
    ]);
    assert.deepEqual(
      found.map((e) => (e.type === 'file' ? [e.name, readFileSync(e.path, 'utf8')] : [e.name, e.target])),
      [
        ['blobs/a', 'one'],
        ['l', '../canary/secret'],
        ['manifest.json', '{}'],
      ],
    );
    p.assertUntouched();
  });
});
