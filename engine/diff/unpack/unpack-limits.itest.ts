import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { createGzip, gzipSync } from 'node:zlib';
import { isEngineError } from '../../errors/index.ts';
import { silentLogger } from '../../lib/index.ts';
import { createLayerApplier } from '../index.ts';
import { applyBench } from '../testing/apply-bench.ts';
import { buildTar, gnuLong, type TarMember } from '../testing/tar-builder.ts';

const { applier, apply, place, reasonOf } = applyBench();
after(() => applier[Symbol.asyncDispose]());

const MIB = 1 << 20;

/** `gib` of zeros as a tar of one file, compressed. */
async function bomb(gib: number): Promise<Buffer> {
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  gzip.write(buildTar([{ name: 'zeros', size: gib * 2 ** 30 }], { end: false }));
  const zeros = Buffer.alloc(MIB);
  for (let at = 0; at < gib * 1024; at++) if (!gzip.write(zeros)) await once(gzip, 'drain');
  gzip.end(Buffer.alloc(1024));
  await once(gzip, 'end');
  return Buffer.concat(parts);
}

async function detailsOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (isEngineError(error)) return { code: error.code, ...error.details, message: error.message };
    throw error;
  }
  return 'accepted';
}

describe('limits', () => {
  const cases: [string, TarMember[], object, object][] = [
    [
      'entries',
      Array.from({ length: 20 }, (_, i) => ({ name: `f${i}` })),
      { maxEntries: 10 },
      {
        code: 'resource_exhausted',
        reason: 'too_many_entries',
        entry: 'f10',
        limit: 10,
        message: 'The archive has more than 10 entries (entry "f10")',
      },
    ],
    [
      'bytes of files',
      [
        { name: 'a', data: 'x' },
        { name: 'large', data: 'x'.repeat(5000) },
      ],
      { maxBytes: 4000 },
      {
        code: 'resource_exhausted',
        reason: 'too_many_bytes',
        entry: 'large',
        limit: 4000,
        message: 'The archive has more than 4000 bytes of files (entry "large")',
      },
    ],
    [
      'levels of folders',
      [gnuLong('L', 'a/'.repeat(501)), { name: 'a', type: '5' }],
      {},
      { code: 'data_corrupt', reason: 'path_too_deep', entry: 'a/'.repeat(128), limit: 500 },
    ],
    [
      'an extended header',
      [{ name: 'big', type: 'x', size: 64 * MIB }],
      {},
      {
        code: 'data_corrupt',
        reason: 'pax_too_large',
        entry: 'big',
        limit: MIB,
        message: 'An extended header has 67108864 bytes, more than 1048576 (entry "big")',
      },
    ],
    [
      'extended headers in a row',
      Array.from({ length: 20 }, (_, at) => ({ name: `x${at}`, type: 'x', data: '10 path=a\n' })),
      {},
      { code: 'data_corrupt', reason: 'pax_too_many', entry: 'x16', limit: 16 },
    ],
  ];
  for (const [what, members, limits, expected] of cases) {
    it(`of ${what}: refused with the entry and the limit`, async () => {
      using p = place();
      assert.partialDeepStrictEqual(await detailsOf(apply(p.target, members, { limits })), expected);
      p.assertUntouched();
    });
  }

  it('of free space: refused before anything is written', async () => {
    using p = place();
    const work = apply(p.target, [{ name: 'f', data: 'x' }], { limits: { reserveBytes: 2 ** 52, maxReserveShare: 1 } });
    assert.equal(await reasonOf(work), 'resource_exhausted/disk_full');
    assert.deepEqual(readdirSync(p.target), []);
  });

  it('of uncompressed bytes stop a bomb before it is unpacked', async () => {
    using p = place();
    const small = gzipSync(buildTar([{ name: 'f', data: Buffer.alloc(64 * MIB) }]));
    assert.equal(
      await reasonOf(apply(p.target, small, { limits: { maxBytes: MIB } })),
      'resource_exhausted/too_many_bytes',
    );
    assert.equal(await reasonOf(apply(p.target, small)), 'accepted');
  });

  const mountRoom = (target: string, size: string) => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'davit-test', target]);
    return { [Symbol.dispose]: () => execFileSync('umount', [target]) };
  };

  it('of the ratio let pass what takes less than half of the room', { timeout: 120_000 }, async () => {
    using p = place();
    using _mount = mountRoom(p.target, '3g');
    assert.equal(await reasonOf(apply(p.target, await bomb(1.25))), 'accepted');
  });

  it('of the ratio stop a bomb that keeps all the others', { timeout: 120_000 }, async () => {
    using p = place();
    using _mount = mountRoom(p.target, '2g');
    assert.partialDeepStrictEqual(await detailsOf(apply(p.target, await bomb(2))), {
      code: 'resource_exhausted',
      reason: 'ratio_too_high',
      entry: 'zeros',
      limit: 300,
      message: 'The archive has more than 300 bytes for each compressed one (entry "zeros")',
    });
  });
});

describe('a bounded number of children', () => {
  const limits = { reserveBytes: 0 };

  it('unpack at once, the others follow', async () => {
    await using own = createLayerApplier({ log: silentLogger, concurrency: 2 });
    let inside = 0;
    let most = 0;
    const places = Array.from({ length: 6 }, () => place());
    try {
      const work = places.map(async ({ target }) => {
        const source = new Readable({
          // Read for the first time by the child: until then it waits for its turn.
          read() {
            inside += 1;
            most = Math.max(most, inside);
            this.push(buildTar([{ name: 'f', data: 'x' }]));
            this.push(null);
          },
          highWaterMark: 1,
        });
        await own.apply({ source, target, limits });
        inside -= 1;
      });
      await Promise.all(work);
      assert.equal(most, 2);
      for (const each of places) assert.deepEqual(readdirSync(each.target), ['f']);
    } finally {
      for (const each of places) each[Symbol.dispose]();
    }
  });

  it('a waiting source that breaks fails at once, a cancelled one too', async () => {
    await using own = createLayerApplier({ log: silentLogger, concurrency: 1 });
    using p = place();
    const abort = new AbortController();
    const first = reasonOf(
      own.apply({ source: new Readable({ read() {} }), target: p.target, limits, signal: abort.signal }),
    );
    const broken = new Readable({ read() {} });
    const second = reasonOf(own.apply({ source: broken, target: p.target, limits }));
    broken.destroy(new Error('connection lost'));
    assert.equal(await second, 'unavailable/source_failed');
    const gone = new Readable({ read() {} });
    gone.destroy();
    assert.equal(await reasonOf(own.apply({ source: gone, target: p.target, limits })), 'unavailable/source_failed');
    const unwanted = new Readable({ read() {} });
    const third = reasonOf(own.apply({ source: unwanted, target: p.target, limits, signal: AbortSignal.abort() }));
    assert.match(await third, /^cancelled\//);
    assert.ok(unwanted.destroyed);
    abort.abort();
    assert.equal(await first, 'cancelled/cancelled');
    await own.apply({ source: Readable.from([buildTar([{ name: 'f' }])]), target: p.target, limits });
    p.assertUntouched();
  });
});
