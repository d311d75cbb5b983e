import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { applyBench } from './testing/apply-bench.ts';
import { buildTar, type TarMember } from './testing/tar-builder.ts';

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
});
