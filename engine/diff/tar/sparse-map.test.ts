import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isEngineError } from '../../errors/index.ts';
import { gnuSparse, paxSparse } from '../testing/sparse-members.ts';
import { buildTar, type TarMember } from '../testing/tar-builder.ts';
import { SparseCursor, type SparseMap } from './sparse-map.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarReader } from './tar-reader.ts';

interface Read {
  entry: TarEntry;
  data: string;
  /** The file as it would be written. */
  file: string;
}

function read(tar: Buffer, chunkSize: number): Read[] {
  const found: { entry: TarEntry; parts: Buffer[] }[] = [];
  const reader = new TarReader({
    onEntry: (entry) => found.push({ entry, parts: [] }),
    onData: (chunk) => found.at(-1)?.parts.push(Buffer.from(chunk)),
    onEntryEnd: () => undefined,
  });
  for (let at = 0; at < tar.length; at += chunkSize) reader.push(tar.subarray(at, at + chunkSize));
  reader.end();
  return found.map(({ entry, parts }) => ({
    entry,
    data: Buffer.concat(parts).toString('latin1'),
    file: entry.sparse === undefined ? '' : written(entry.sparse, parts),
  }));
}

function written({ realSize, segments }: SparseMap, parts: readonly Buffer[]): string {
  const file = Buffer.alloc(realSize, '.');
  const cursor = new SparseCursor({ realSize, segments });
  for (const chunk of parts) for (const { part, position } of cursor.place(chunk)) part.copy(file, position);
  return file.toString('latin1');
}

function refusal(members: TarMember[]): unknown {
  try {
    read(buildTar(members), 4096);
  } catch (error) {
    if (isEngineError(error)) return error.details.reason;
    throw error;
  }
  return 'accepted';
}

const SEGMENTS: [number, string][] = [
  [2, 'ab'],
  [4, 'c'],
  [9, 'def'],
];
const FILE = '..abc....def...';

describe('sparse files', () => {
  const forms: [string, TarMember[]][] = [
    ['old GNU', [gnuSparse({ name: 'f', realSize: 15, segments: SEGMENTS })]],
    ['PAX 0.0', [paxSparse('0.0', { name: 'f', realSize: 15, segments: SEGMENTS })]],
    ['PAX 0.1', [paxSparse('0.1', { name: 'f', realSize: 15, segments: SEGMENTS })]],
    ['PAX 1.0', [paxSparse('1.0', { name: 'f', realSize: 15, segments: SEGMENTS })]],
  ];
  for (const [form, members] of forms) {
    it(`are read in the form ${form}, in chunks of any size, and what follows too`, () => {
      const tar = buildTar([...members, { name: 'next', data: 'x' }]);
      for (const size of [1, 7, 511, 512, 513, tar.length]) {
        const [sparse, next] = read(tar, size);
        assert.equal(sparse?.file, FILE, String(size));
        assert.equal(sparse.entry.name, 'f');
        assert.equal(sparse.entry.size, 6);
        assert.deepEqual([next?.entry.name, next?.data, next?.entry.sparse], ['next', 'x', undefined]);
      }
    });
  }

  it('have maps that go on in more blocks', () => {
    const segments = Array.from({ length: 60 }, (_, at): [number, string] => [at * 3, 'xy']);
    const expected = 'xy.'.repeat(60);
    const cases = [
      gnuSparse({ name: 'f', realSize: 180, segments }),
      paxSparse('0.0', { name: 'f', realSize: 180, segments }),
      paxSparse('1.0', { name: 'f', realSize: 180, segments }),
    ];
    for (const member of cases) {
      for (const size of [1, 512, 5000]) assert.equal(read(buildTar([member]), size)[0]?.file, expected);
    }
  });

  it('may be nothing but a hole', () => {
    for (const member of [
      gnuSparse({ name: 'f', realSize: 7, segments: [[7, '']] }),
      paxSparse('0.1', { name: 'f', realSize: 7, segments: [] }),
      paxSparse('1.0', { name: 'f', realSize: 7, segments: [[7, '']] }),
    ]) {
      const [only] = read(buildTar([member]), 512);
      assert.deepEqual([only?.file, only?.entry.sparse?.segments], ['.......', []]);
    }
  });

  it('cut within their maps are truncated', () => {
    const gnu = buildTar([gnuSparse({ name: 'f', realSize: 99, segments: many })]);
    const pax = buildTar([paxSparse('1.0', { name: 'f', realSize: 900, segments: [...many, ...many] })]);
    assert.throws(() => read(gnu.subarray(0, 512), 512), { details: { reason: 'truncated' } });
    assert.throws(() => read(gnu.subarray(0, 700), 512), { details: { reason: 'truncated' } });
    assert.throws(() => read(pax.subarray(0, 512 * 3), 512), { details: { reason: 'truncated' } });
  });

  const many = Array.from({ length: 30 }, (_, at): [number, string] => [at * 2, 'x']);
  const hostile: [string, string, TarMember][] = [
    [
      'overlapping segments',
      'sparse_overlap',
      gnuSparse({
        name: 'f',
        realSize: 99,
        segments: [
          [0, 'aaaa'],
          [3, 'b'],
        ],
      }),
    ],
    [
      'segments in the wrong order',
      'sparse_overlap',
      paxSparse('0.1', {
        name: 'f',
        realSize: 99,
        segments: [
          [9, 'a'],
          [3, 'b'],
        ],
      }),
    ],
    ['a segment beyond the end', 'sparse_beyond_end', gnuSparse({ name: 'f', realSize: 5, segments: [[4, 'ab']] })],
    [
      'an empty segment beyond the end',
      'sparse_beyond_end',
      paxSparse('1.0', { name: 'f', realSize: 5, segments: [[6, '']] }),
    ],
    [
      'an offset near 2^53',
      'sparse_beyond_end',
      paxSparse('0.1', { name: 'f', realSize: 2 ** 53 - 1, segments: [[2 ** 53 - 1, 'a']] }),
    ],
    [
      'less data than its segments',
      'sparse_size',
      paxSparse('0.1', { name: 'f', realSize: 99, segments: [[0, 'abc']], map: '0,9' }),
    ],
    [
      'more data than its segments',
      'sparse_size',
      { ...gnuSparse({ name: 'f', realSize: 9, segments: [] }), data: 'x' },
    ],
    ['a negative offset', 'sparse_map', paxSparse('0.1', { name: 'f', realSize: 9, segments: [], map: '-1,1' })],
    ['an odd map', 'sparse_map', paxSparse('0.1', { name: 'f', realSize: 9, segments: [], map: '1,1,1' })],
    [
      'a wrong count of segments',
      'sparse_map',
      paxSparse('0.1', { name: 'f', realSize: 9, segments: [[0, 'a']], count: 2 }),
    ],
    [
      'too many segments',
      'sparse_too_many',
      paxSparse('1.0', { name: 'f', realSize: 9, segments: [], map: '100001\n' }),
    ],
    [
      'a map longer than the data',
      'sparse_map',
      paxSparse('1.0', { name: 'f', realSize: 9, segments: [], map: '9\n0\n' }),
    ],
    [
      'a map that is no text',
      'sparse_map',
      paxSparse('1.0', { name: 'f', realSize: 9, segments: [], map: '\xff'.repeat(600) }),
    ],
    [
      'an unknown version',
      'sparse_unsupported',
      { name: 'f', pax: { 'GNU.sparse.major': '2', 'GNU.sparse.realsize': '1' } },
    ],
    ['no real size', 'sparse_unsupported', { name: 'f', pax: { 'GNU.sparse.major': '1' } }],
    [
      'a folder with holes',
      'sparse_unsupported',
      { name: 'd/', type: '5', pax: { 'GNU.sparse.size': '1', 'GNU.sparse.map': '0,0' } },
    ],
    ['a global map', 'pax_global_name', { name: 'g', type: 'g', data: '22 GNU.sparse.size=99\n' }],
    ['lengths without offsets', 'pax_broken', { name: 'x', type: 'x', data: '27 GNU.sparse.numbytes=512\n' }],
    [
      'a map that promises more and stops',
      'sparse_map',
      gnuSparse({ name: 'f', realSize: 99, segments: [], isExtended: true }),
    ],
    [
      'an unreadable block of the map',
      'header_number',
      { ...gnuSparse({ name: 'f', realSize: 99, segments: many }), afterHeader: Buffer.alloc(512, 'x') },
    ],
  ];
  for (const [what, reason, member] of hostile) {
    it(`with ${what}: ${reason}`, () => assert.equal(refusal([member]), reason));
  }
});
