import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../oci/index.ts';
import { applyBench } from '../testing/apply-bench.ts';
import { paxSparse } from '../testing/sparse-members.ts';
import { buildTar, type TarMember } from '../testing/tar-builder.ts';

const MIB = 1 << 20;
const { applier, place, reasonOf } = applyBench();
after(() => applier[Symbol.asyncDispose]());

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

  it('tells the digest of all that came, with the zeros behind its end', async () => {
    using p = place();
    const tar = buildTar([{ name: 'a', data: 'one' }]);
    for (const bytes of [Buffer.concat([tar, Buffer.alloc(1 << 19)]), gzipSync(tar)]) {
      const told: unknown[] = [];
      const onReceived = (received: object) => void told.push(received);
      await applier.unpackArchive({ source: Readable.from([bytes]), target: p.target, onReceived });
      assert.deepEqual(told, [{ digest: digestOf(bytes), sizeBytes: bytes.length }]);
      rmSync(p.target, { recursive: true });
      mkdirSync(p.target);
    }
    const told: unknown[] = [];
    const broken = { source: Readable.from([tar.subarray(0, 700)]), target: p.target, onReceived: () => told.push(1) };
    await assert.rejects(applier.unpackArchive(broken));
    assert.deepEqual(told, []);
  });

  it('keeps the holes of a sparse blob and hashes what a reader of it sees', async () => {
    using p = place();
    const file = join(p.root, 'blob');
    writeFileSync(file, '');
    const fd = openSync(file, 'r+');
    for (const at of [3, 9]) writeSync(fd, 'data', at * MIB);
    closeSync(fd);
    truncateSync(file, 12 * MIB);
    for (const form of ['gnu', 'pax']) {
      const tar = execFileSync('tar', [`--format=${form}`, '--sparse', '-C', p.root, '-cf', '-', 'blob'], {
        maxBuffer: 64 * MIB,
      });
      assert.ok(tar.length < MIB);
      const [found] = await applier.unpackArchive({ source: Readable.from([tar]), target: p.target });
      assert.ok(found?.type === 'file');
      assert.deepEqual([found.sizeBytes, found.digest], [12 * MIB, digestOf(readFileSync(file))]);
      assert.equal(digestOf(readFileSync(found.path)), found.digest);
      assert.ok(lstatSync(found.path).blocks * 512 < MIB);
      rmSync(found.path);
    }
  });

  it('refuses a hole that would take long to read', async () => {
    using p = place();
    const tar = buildTar([paxSparse('1.0', { name: 'blob', realSize: 40 * 2 ** 30, segments: [[0, 'x']] })]);
    const work = applier.unpackArchive({ source: Readable.from([tar]), target: p.target });
    assert.equal(await reasonOf(work), 'resource_exhausted/ratio_too_high');
  });
});
