import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildTar, gnuLong, type TarMember } from '../testing/tar-builder.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarReader } from './tar-reader.ts';

function read(tar: Buffer, chunkSize = tar.length || 1): (TarEntry & { data: string })[] {
  const entries: (TarEntry & { data: string })[] = [];
  let ends = 0;
  const reader = new TarReader({
    onEntry: (entry) => entries.push({ ...entry, data: '' }),
    onData: (chunk) => {
      const last = entries.at(-1);
      assert.ok(last);
      last.data += chunk.toString('latin1');
    },
    onEntryEnd: () => ends++,
  });
  for (let at = 0; at < tar.length; at += chunkSize) reader.push(tar.subarray(at, at + chunkSize));
  reader.end();
  assert.equal(ends, entries.length);
  return entries;
}

function refusal(tar: Buffer): unknown {
  try {
    read(tar);
  } catch (error) {
    return error instanceof Error && 'details' in error ? (error.details as { reason: string }).reason : error;
  }
  return 'accepted';
}

describe('TarReader', () => {
  it('gives the same entries for every chunk size', () => {
    const tar = buildTar([
      { name: 'a/', type: '5' },
      { name: 'a/f', data: 'x'.repeat(1300), mode: 0o4755, uid: 1000, gid: 5, pax: { mtime: '12.5' } },
      gnuLong('L', 'n'.repeat(300)),
      { name: 'short', data: 'long', magic: 'gnu' },
      { name: 'l', type: '2', linkName: 'a/f' },
    ]);
    const whole = read(tar);
    for (const size of [1, 7, 511, 512, 513, 4096]) assert.deepEqual(read(tar, size), whole);
    assert.deepEqual(
      whole.map((e) => [e.kind, e.name.length, e.data.length, e.mtimeNs]),
      [
        ['folder', 2, 0, 1_700_000_000_000_000_000n],
        ['file', 3, 1300, 12_500_000_000n],
        ['file', 300, 4, 1_700_000_000_000_000_000n],
        ['symlink', 1, 0, 1_700_000_000_000_000_000n],
      ],
    );
  });

  it('lets the size of the extended header win, and its bytes are data', () => {
    const inner = buildTar([{ name: 'inner' }], { end: false });
    const larger = read(buildTar([{ name: 'f', data: inner, size: 0, pax: { size: String(inner.length) } }]));
    assert.deepEqual(
      larger.map((e) => e.name),
      ['f'],
    );
    assert.equal(refusal(buildTar([{ name: 'f', data: 'x'.repeat(600), pax: { size: '5' } }])), 'header_checksum');
  });

  it('accepts v7, missing end blocks, type 7, negative times, invalid UTF-8 and global comments', () => {
    assert.equal(read(buildTar([{ name: 'd/', magic: 'v7', type: '\0' }]))[0]?.kind, 'folder');
    assert.equal(read(buildTar([{ name: 'f', data: 'x' }], { end: false })).length, 1);
    assert.equal(read(buildTar([{ name: 'f', type: '7', data: 'x' }]))[0]?.kind, 'file');
    assert.equal(read(buildTar([{ name: 'f', mtime: -5 }]))[0]?.mtimeNs, -5_000_000_000n);
    assert.equal(read(buildTar([{ name: Buffer.from([0xff, 0x2f, 0xfe]) }]))[0]?.name, '\xff/\xfe');
    assert.equal(read(buildTar([{ name: 'g', type: 'g', data: '16 comment=abcd\n' }])).length, 0);
  });

  const hostile: [string, string, TarMember[]][] = [
    ['a bad checksum', 'header_checksum', [{ name: 'f', badChecksum: true }]],
    ['a negative size', 'header_number', [{ name: 'f', size: -1 }]],
    ['a garbage size', 'header_number', [{ name: 'f', patch: (b) => b.write('12x4', 124) }]],
    ['a huge size', 'header_number', [{ name: 'f', patch: (b) => b.fill(0x80, 124, 125).fill(0xff, 125, 136) }]],
    ['a claim of a TiB', 'truncated', [{ name: 'f', size: 2 ** 40 }]],
    ['a negative owner', 'owner_out_of_range', [{ name: 'f', uid: -1 }]],
    ['an owner of 2^32-1', 'owner_out_of_range', [{ name: 'f', pax: { gid: '4294967295' } }]],
    ['a broken pax length', 'pax_broken', [{ name: 'x', type: 'x', data: '99 path=a\n' }, { name: 'f' }]],
    ['pax without equals', 'pax_broken', [{ name: 'x', type: 'x', data: '7 abcd\n' }, { name: 'f' }]],
    ['a pax record over 1 MiB', 'pax_too_large', [{ name: 'x', type: 'x', size: 64 << 20 }]],
    ['a GNU name over 1 MiB', 'pax_too_large', [gnuLong('L', 'a'.repeat(1 << 20))]],
    ['a zero byte in a pax name', 'name_nul', [{ name: 'f', pax: { path: 'a\0b' } }]],
    ['an over-long name', 'name_too_long', [gnuLong('L', 'a/'.repeat(2100)), { name: 'f' }]],
    ['a global path', 'pax_global_name', [{ name: 'g', type: 'g', data: '10 path=a\n' }, { name: 'f' }]],
    ['a sparse file that is not of GNU', 'sparse_unsupported', [{ name: 'f', type: 'S' }]],
    ['a pax sparse file', 'sparse_unsupported', [{ name: 'f', pax: { 'GNU.sparse.major': '1' } }]],
    ['nothing but an extended header', 'truncated', [{ name: 'x', type: 'x', data: '10 path=a\n' }]],
    [
      'endless extended headers',
      'pax_too_many',
      Array.from({ length: 20 }, () => ({ name: 'x', type: 'x', data: '10 path=a\n' })),
    ],
  ];
  for (const [title, reason, members] of hostile) {
    it(`refuses ${title}`, () => assert.equal(refusal(buildTar(members)), reason));
  }

  it('refuses what is no tar, empty, cut, or goes on after its end', () => {
    const tar = buildTar([{ name: 'f', data: 'x'.repeat(2000) }]);
    assert.equal(refusal(Buffer.alloc(0)), 'empty');
    assert.equal(refusal(Buffer.from('hello'.repeat(500))), 'not_tar');
    assert.equal(refusal(Buffer.from(`PK\x03\x04${'x'.repeat(1_500)}`)), 'zip_not_tar');
    assert.equal(refusal(tar.subarray(0, 1500)), 'truncated');
    assert.equal(refusal(tar.subarray(0, 300)), 'truncated');
    assert.equal(refusal(Buffer.concat([tar, tar])), 'data_after_end');
    assert.equal(refusal(Buffer.concat([tar.subarray(0, -512), tar])), 'data_after_end');
  });
});
