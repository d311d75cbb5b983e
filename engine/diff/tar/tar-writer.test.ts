import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TarEntry } from './tar-entry.ts';
import { TarReader } from './tar-reader.ts';
import { END_OF_TAR, memberHeader, paddingFor, type TarMemberHeader } from './tar-writer.ts';

const PLAIN = { mode: 0o644, uid: 0, gid: 0, mtimeNs: 1_700_000_000_000_000_000n, size: 0, xattrs: new Map() };

function readBack(member: TarMemberHeader, data = Buffer.alloc(0)): { entry: TarEntry; data: string } {
  const entries: TarEntry[] = [];
  const parts: Buffer[] = [];
  const reader = new TarReader({
    onEntry: (entry) => void entries.push(entry),
    onData: (chunk) => void parts.push(Buffer.from(chunk)),
    onEntryEnd: () => undefined,
  });
  reader.push(Buffer.concat([memberHeader(member), data, paddingFor(data.length), END_OF_TAR]));
  reader.end();
  const [entry] = entries;
  assert.ok(entry !== undefined && entries.length === 1);
  return { entry, data: Buffer.concat(parts).toString('latin1') };
}

test('what fits is plain ustar in one block', () => {
  assert.equal(memberHeader({ ...PLAIN, kind: 'file', name: 'a'.repeat(100) }).length, 512);
  const { entry } = readBack({
    ...PLAIN,
    kind: 'char',
    name: 'dev/null',
    mode: 0o4666,
    uid: 7,
    gid: 8,
    major: 5,
    minor: 300,
  });
  assert.deepEqual(
    [entry.kind, entry.name, entry.mode, entry.uid, entry.gid, entry.major, entry.minor, entry.mtimeNs],
    ['char', 'dev/null', 0o4666, 7, 8, 5, 300, PLAIN.mtimeNs],
  );
});

test('long names, great owners, odd times and attributes survive', () => {
  const name = `${'ü'.repeat(60)}/${'x'.repeat(200)}`;
  const bytes = Buffer.from(name).toString('latin1');
  for (const mtimeNs of [-1n, -5_500_000_000n, 1_234_567_890_123_456_789n, 0n]) {
    const { entry } = readBack({
      ...PLAIN,
      kind: 'symlink',
      name: bytes,
      linkName: `../${'y'.repeat(300)}`,
      uid: 4_000_000_000,
      gid: 2_097_152,
      mtimeNs,
      xattrs: new Map([['user.bin', '\0=\n\xff']]),
    });
    assert.deepEqual([entry.name, entry.linkName.length, entry.uid, entry.gid], [bytes, 303, 4_000_000_000, 2_097_152]);
    assert.equal(entry.mtimeNs, mtimeNs);
    assert.equal(entry.xattrs.get('user.bin'), '\0=\n\xff');
  }
});

test('a size beyond eight gibibytes is written out', () => {
  const size = 9 * 2 ** 30;
  const entries: TarEntry[] = [];
  const reader = new TarReader({
    onEntry: (entry) => void entries.push(entry),
    onData: () => undefined,
    onEntryEnd: () => undefined,
  });
  reader.push(memberHeader({ ...PLAIN, kind: 'file', name: 'big', size }));
  assert.equal(entries[0]?.size, size);
});

test('holes are kept, at the start, in the middle and at the end', () => {
  const sparse = {
    realSize: 10_000_000,
    segments: [
      { offset: 4096, length: 3 },
      { offset: 8192, length: 2 },
    ],
  };
  const { entry, data } = readBack({ ...PLAIN, kind: 'file', name: 'd/holes', size: 5, sparse }, Buffer.from('abcde'));
  assert.deepEqual([entry.name, entry.size, data], ['d/holes', 5, 'abcde']);
  assert.deepEqual(entry.sparse, sparse);
  const empty = readBack({ ...PLAIN, kind: 'file', name: 'hole', sparse: { realSize: 77, segments: [] } });
  assert.deepEqual(empty.entry.sparse, { realSize: 77, segments: [] });
});
