import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, it } from 'node:test';
import { applyBench } from '../testing/apply-bench.ts';
import { buildTar } from '../testing/tar-builder.ts';

const { applier, place, reasonOf } = applyBench();
after(() => applier[Symbol.asyncDispose]());

/** Processes of this one that unpack. */
function unpackers(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return children
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('unpack-worker'))
    .map(Number);
}

it('the layers of an archive are unpacked by the child that read it, each in its own root; a refused one ends it', async () => {
  using p = place();
  const folder = (name: string) => {
    const path = join(p.target, name);
    mkdirSync(path);
    return path;
  };
  const layers = [
    buildTar([
      { name: 'etc', type: '5', mode: 0o750 },
      { name: 'etc/one', data: 'one' },
    ]),
    buildTar([
      { name: 'etc/two', data: 'two' },
      { name: 'link', type: '2', linkName: '/etc/one' },
      { name: 'etc/hard', type: '1', linkName: 'etc/one' },
    ]),
    buildTar([{ name: '../outside', data: 'x' }]),
    buildTar([{ name: 'late', data: 'late' }]),
  ];
  const source = Readable.from([buildTar(layers.map((data, at) => ({ name: `layer${at}`, data })))]);
  const files = await applier.unpackArchive({ source, target: folder('archive') });
  const first = unpackers();
  assert.equal(first.length, 1);
  const paths = files.map((file) => (file.type === 'file' ? file.path : assert.fail('no file')));

  const [one, two] = [folder('1'), folder('2')];
  await applier.apply({ source: { path: paths[0] ?? '' }, target: one });
  await applier.apply({ source: { path: paths[1] ?? '' }, target: two, lowerDirs: [one] });
  assert.deepEqual(unpackers(), first);
  assert.equal(readFileSync(join(one, 'etc/one'), 'utf8'), 'one');
  assert.deepEqual(readdirSync(two), ['etc', 'link']);
  assert.deepEqual(readdirSync(join(two, 'etc')).sort(), ['hard', 'one', 'two']);
  assert.equal(readFileSync(join(two, 'etc/hard'), 'utf8'), 'one');
  assert.equal(lstatSync(join(two, 'etc')).mode & 0o7777, 0o750);
  assert.equal(readlinkSync(join(two, 'link')), '/etc/one');

  const refused = applier.apply({ source: { path: paths[2] ?? '' }, target: folder('3') });
  assert.match(await reasonOf(refused), /^data_corrupt\//);
  assert.deepEqual(unpackers(), []);
  const four = folder('4');
  await applier.apply({ source: { path: paths[3] ?? '' }, target: four });
  assert.deepEqual(readdirSync(four), ['late']);
});
