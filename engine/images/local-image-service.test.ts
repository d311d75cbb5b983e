import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { EngineError } from '../errors/index.ts';
import { digestOf, parseDiffId } from '../oci/index.ts';
import { dockerArchive, makeBench, stream } from '../testing/archived-images.ts';

test('lookup by name, short id and digest, with Docker words for what is missing', async () => {
  await using t = await makeBench();
  const { id } = await t.images.import({ source: stream('x'), reference: 'a' });
  for (const name of ['a', 'a:latest', 'docker.io/library/a', id, id.slice(7), id.slice(7, 12), `${id.slice(0, 19)}`]) {
    assert.equal((await t.images.resolve(name)).id, id, name);
  }
  await assert.rejects(t.images.resolve('nope'), { code: 'not_found', message: 'No such image: nope:latest' });
  await assert.rejects(t.images.resolve('BAD'), { code: 'invalid_argument' });
  await t.images.import({ source: stream('y') });
  await t.images.tag('a', 'b:2');
  assert.equal((await t.images.resolve('b:2')).id, id);
  await assert.rejects(t.images.tag('nope', 'b'), { code: 'not_found' });
});

test('whoever an image belongs to is asked before its name goes to another one, and a no changes nothing', async () => {
  await using t = await makeBench();
  const { id } = await t.images.import({ source: stream('x'), reference: 'a' });
  const other = await t.images.import({ source: stream('y'), reference: 'b' });
  const asked: string[] = [];
  const beforeReplace = async (image: string) => {
    asked.push(image);
    throw new EngineError('denied', 'somebody else made it');
  };
  const archive = dockerArchive([
    { tags: ['new:1'], layers: ['z'] },
    { tags: ['a:latest'], layers: ['base'] },
  ]);
  const denied = { code: 'denied' };
  await assert.rejects(t.images.tag('b', 'a', { beforeReplace }), denied);
  await assert.rejects(t.images.import({ source: stream('z'), reference: 'a', beforeReplace }), denied);
  await assert.rejects(t.images.load({ source: stream(archive), beforeReplace }), denied);
  assert.deepEqual(asked, [id, id, id]);
  assert.deepEqual(
    (await t.images.list()).map((image) => [image.id, image.references]).sort(),
    [
      [id, ['a:latest']],
      [other.id, ['b:latest']],
    ].sort(),
  );
  // A name of its own and a free one are taken from nobody.
  await t.images.tag('a', 'a', { beforeReplace });
  await t.images.tag('a', 'c', { beforeReplace });
  assert.equal(asked.length, 3);
});

test('collect takes what no image names, except leased blobs', async () => {
  await using t = await makeBench();
  await t.images.import({ source: stream('x'), reference: 'a' });
  const before = await t.count();
  const kept = await t.content.put('leased');
  await t.content.put('orphan');
  {
    await using layer = await t.snapshots.prepareLayer(undefined);
    const diffId = parseDiffId(digestOf('l'));
    await layer.commit({ chainId: digestOf('l') as string as never, diffId, sizeBytes: 7 });
    await t.snapshots.settle();
  }
  using lease = t.content.lease();
  lease.hold(kept.digest);
  assert.deepEqual(await t.images.collect(), { blobs: 1, layers: 1, freedBytes: 13 });
  assert.deepEqual(await t.count(), { ...before, blobs: before.blobs + 1 });
});

test('verify names changed and missing bytes', async () => {
  await using t = await makeBench();
  const image = await t.images.resolve((await t.images.import({ source: stream('x'), reference: 'a' })).id);
  await writeFile(t.content.path(image.manifestDigest), 'other');
  await t.content.delete(image.layers[0]?.digest ?? image.id);
  const problems = await t.images.verify();
  assert.equal(problems.length, 2);
  assert.match(problems.join('\n'), /has changed[\s\S]*lacks its blob/);
});

test('verify says nothing of what is removed while it looks', async () => {
  await using t = await makeBench();
  const list = t.content.list.bind(t.content);
  await t.images.import({ source: stream('x'), reference: 'a' });
  t.content.list = async function* () {
    const blobs = await Array.fromAsync(list());
    await t.images.remove('a');
    yield* blobs;
  };
  assert.deepEqual(await t.images.verify(), []);
  t.content.list = list;
  await t.images.import({ source: stream('y'), reference: 'b' });
  const { list: listRows } = t.store;
  t.store.list = async () => {
    const rows = await listRows();
    t.store.list = listRows;
    await t.images.remove('b');
    return rows;
  };
  assert.deepEqual(await t.images.verify(), []);
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});
