import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { applyBench } from '../testing/apply-bench.ts';
import { gnuSparse, paxSparse } from '../testing/sparse-members.ts';

const { applier, apply, place, reasonOf } = applyBench();
after(() => applier[Symbol.asyncDispose]());

const sha = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const TIB = 2 ** 40;

describe('sparse files of a layer', () => {
  const forms = [
    ['old GNU', ['--format=gnu']],
    ['PAX 0.0', ['--format=pax', '--sparse-version=0.0']],
    ['PAX 0.1', ['--format=pax', '--sparse-version=0.1']],
    ['PAX 1.0', ['--format=pax', '--sparse-version=1.0']],
  ] as const;
  for (const [form, flags] of forms) {
    it(`as GNU tar writes them (${form}) have the same bytes and holes`, async () => {
      using p = place();
      const folder = join(p.root, 'canary');
      const file = join(folder, 'secret');
      truncateSync(file, 0);
      const fd = openSync(file, 'r+');
      // More pieces than any header has room for, and a hole at the end.
      for (let at = 0; at < 60; at++) writeSync(fd, Buffer.alloc(4096, at + 1), 0, 4096, at * 200_704);
      closeSync(fd);
      truncateSync(file, 60 * 200_704);
      const tar = execFileSync('tar', [...flags, '--sparse', '-C', folder, '-cf', '-', 'secret'], {
        maxBuffer: 64 << 20,
      });
      assert.ok(tar.length < 2 << 20, 'GNU tar has found the holes');
      const done = await apply(p.target, tar);
      assert.equal(sha(p.at('secret')), sha(file));
      const stat = lstatSync(p.at('secret'));
      assert.equal(stat.size, 60 * 200_704);
      assert.ok(stat.blocks * 512 < 4 << 20, `${stat.blocks} blocks`);
      assert.equal(done.unpackedBytes, 60 * 4096);
      writeFileSync(file, 'untouched');
    });
  }

  it('keep owner, mode and what replaces them', async () => {
    using p = place();
    const file = { name: 'f', realSize: 100_000, segments: [[50_000, 'middle']] as const };
    await apply(p.target, [
      { name: 'f', data: 'before' },
      { ...gnuSparse({ ...file, segments: [[50_000, 'middle']] }), mode: 0o4751, uid: 7 },
      { name: 'h', type: '1', linkName: 'f' },
    ]);
    const stat = lstatSync(p.at('f'));
    assert.deepEqual([stat.size, stat.mode & 0o7777, stat.uid, stat.nlink], [100_000, 0o4751, 7, 2]);
    assert.equal(readFileSync(p.at('f')).toString('latin1', 50_000, 50_006), 'middle');
    assert.equal(readFileSync(p.at('f'))[0], 0);
  });

  it('count with their holes against the limit, one by one and together', async () => {
    using p = place();
    const huge = gnuSparse({ name: 'huge', realSize: TIB, segments: [[0, 'x']] });
    await assert.rejects(apply(p.target, [huge]), {
      code: 'resource_exhausted',
      message: 'The archive has more than 68719476736 bytes of files (entry "huge")',
      details: { reason: 'too_many_bytes', entry: 'huge', limit: 2 ** 36 },
    });
    const some = Array.from({ length: 5 }, (_, at) =>
      paxSparse('1.0', { name: `f${at}`, realSize: 300_000, segments: [[0, 'x']] }),
    );
    assert.equal(
      await reasonOf(apply(p.target, some, { limits: { maxBytes: 1_000_000 } })),
      'resource_exhausted/too_many_bytes',
    );
    p.assertUntouched();
  });

  it('never leave the root and never write through links', async () => {
    using p = place();
    const climbing = paxSparse('0.1', { name: '../canary/secret', realSize: 1, segments: [[0, 'a']] });
    assert.equal(await reasonOf(apply(p.target, [climbing])), 'data_corrupt/path_traversal');
    const link = { name: 'l', type: '2', linkName: join(p.canary, 'secret') };
    await apply(p.target, [link, paxSparse('1.0', { name: 'l', realSize: 3, segments: [[0, 'new']] })]);
    assert.equal(readFileSync(p.at('l'), 'utf8'), 'new');
    p.assertUntouched();
  });
});
