import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { digestOf, parseDiffId } from '../../oci/index.ts';
import { applyBench, type Extra } from '../testing/apply-bench.ts';
import { gnuSparse, paxSparse } from '../testing/sparse-members.ts';
import { buildTar, gnuLong, type TarMember } from '../testing/tar-builder.ts';

const { applier, apply, place, reasonOf } = applyBench();
after(() => applier[Symbol.asyncDispose]());

const NOISE = randomBytes(9000);
const TAR = buildTar([{ name: 'f', data: NOISE }]);
const pack = (program: string) => execFileSync(program, ['-c'], { input: TAR });
const PACKED = { gzip: gzipSync(TAR), zstd: zstdCompressSync(TAR), xz: pack('xz'), bzip2: pack('bzip2') };

async function assertRefused(bytes: Buffer, reason: string | RegExp, title: string, extra?: Extra): Promise<void> {
  using p = place();
  const found = await reasonOf(apply(p.target, bytes, extra));
  if (typeof reason === 'string') assert.equal(found, `data_corrupt/${reason}`, title);
  else assert.match(found, reason, title);
  p.assertUntouched();
}

function withFlippedByte(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.at(at) ?? 0) ^ 0xff, at < 0 ? copy.length + at : at);
  return copy;
}

describe('damaged archives', () => {
  it('a tar cut at each stage is truncated', async () => {
    const stages: [string, TarMember, number][] = [
      ['in a header', { name: 'f', data: 'x' }, 300],
      ['before the data', { name: 'f', data: 'x' }, 512],
      ['in the data', { name: 'f', data: 'x'.repeat(3000) }, 2000],
      ['in the padding', { name: 'f', data: 'x' }, 700],
      ['in an extended header', { name: 'f', pax: { comment: 'x'.repeat(900) } }, 1000],
      ['after an extended header', { name: 'f', pax: { comment: 'x' } }, 1024],
      ['in a GNU name', gnuLong('L', 'n'.repeat(900)), 1000],
      ['in a GNU sparse map', sparseOf(gnuSparse), 700],
      ['before the data of a GNU sparse file', sparseOf(gnuSparse), 1024],
      ['in a PAX sparse map', sparseOf((file) => paxSparse('1.0', file)), 1700],
    ];
    for (const [stage, member, at] of stages) {
      await assertRefused(buildTar([member]).subarray(0, at), 'truncated', stage);
      // The same behind a whole member, and within a compression that is whole itself.
      const whole = buildTar([{ name: 'before', data: 'x' }], { end: false });
      const behind = Buffer.concat([whole, buildTar([member]).subarray(0, at)]);
      await assertRefused(gzipSync(behind), 'truncated', `${stage}, second member`);
    }
  });

  it('compressed data cut anywhere is refused', async () => {
    for (const [name, bytes] of Object.entries(PACKED)) {
      for (const keep of [bytes.length - 3, Math.floor(bytes.length / 2), 20]) {
        const reason =
          name === 'gzip' || name === 'zstd'
            ? /^data_corrupt\/truncated$/
            : /^data_corrupt\/(decompression_failed|truncated)$/;
        await assertRefused(bytes.subarray(0, keep), reason, `${name} cut after ${keep}`);
      }
    }
  });

  it('compressed data with a changed byte is refused', async () => {
    const sealed = { ...PACKED, zstd: execFileSync('zstd', ['-c', '--check'], { input: TAR }) };
    for (const [name, bytes] of Object.entries(sealed)) {
      const middle = Math.floor(bytes.length / 2);
      await assertRefused(withFlippedByte(bytes, middle), /^data_corrupt\/./, `${name}, changed in the middle`);
    }
    await assertRefused(withFlippedByte(PACKED.gzip, -8), 'decompression_failed', 'checksum of gzip');
  });

  it('what follows the compressed data is refused, and what needs too much memory', async () => {
    const { gzip, zstd } = PACKED;
    await assertRefused(Buffer.concat([gzip, Buffer.from('rubbish')]), 'decompression_failed', 'gzip and rubbish');
    await assertRefused(Buffer.concat([gzip, Buffer.alloc(64)]), 'trailing_garbage', 'gzip and zeros');
    await assertRefused(Buffer.concat([zstd, Buffer.from('rubbish!')]), 'trailing_garbage', 'zstd and rubbish');
    // Magic, no flags, a window of 256 MiB.
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 18 << 3, 1, 0, 0]);
    await assertRefused(wide, 'window_too_large', 'zstd window');
  });

  it('what is no tar is refused, and a header with a wrong checksum', async () => {
    await assertRefused(Buffer.alloc(0), 'empty', 'nothing');
    await assertRefused(Buffer.from('no archive at all'.repeat(99)), 'not_tar', 'text');
    await assertRefused(withFlippedByte(TAR, 3), 'header_checksum', 'a changed name');
    const second = buildTar([{ name: 'a' }, { name: 'b', badChecksum: true }]);
    await assertRefused(second, 'header_checksum', 'second member');
    const extended = buildTar([{ name: 'x', type: 'x', data: '10 path=a\n', badChecksum: true }, { name: 'f' }]);
    await assertRefused(extended, 'header_checksum', 'extended header');
  });

  it('another digest, diffID or size than expected is refused', async () => {
    const { gzip } = PACKED;
    const other = digestOf('other');
    await assertRefused(gzip, 'wrong_size', 'size', { expect: { sizeBytes: gzip.length + 1 } });
    await assertRefused(gzip, 'wrong_digest', 'digest', { expect: { digest: other } });
    await assertRefused(gzip, 'wrong_diff_id', 'diffID', { expect: { diffId: parseDiffId(other) } });
    // The digest of the compressed bytes is no diffID.
    await assertRefused(gzip, 'wrong_diff_id', 'digest as diffID', { expect: { diffId: parseDiffId(digestOf(gzip)) } });
    using p = place();
    const expect = { sizeBytes: gzip.length, digest: digestOf(gzip), diffId: parseDiffId(digestOf(TAR)) };
    assert.equal(await reasonOf(apply(p.target, gzip, { expect })), 'accepted');
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

function sparseOf(make: (file: Parameters<typeof gnuSparse>[0]) => TarMember): TarMember {
  return make({ name: 'f', realSize: 9999, segments: Array.from({ length: 90 }, (_, at) => [at * 9, 'x']) });
}
