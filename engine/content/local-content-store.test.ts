import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { digestOf, parseDigest } from '../oci/index.ts';
import { enginePaths } from '../paths.ts';
import { createContentStore } from './local-content-store.ts';

async function makeStore() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'davit-content-'));
  const paths = enginePaths(join(folder.path, 'data'), join(folder.path, 'run'));
  return { store: createContentStore({ paths }), paths, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test('put stores bytes under their digest, once', async () => {
  await using t = await makeStore();
  const first = await t.store.put('hello');
  assert.deepEqual(await t.store.put('hello'), first);
  assert.equal(first.digest, digestOf('hello'));
  assert.equal((await t.store.readAll(first.digest)).toString(), 'hello');
  assert.equal((await buffer(await t.store.read(first.digest, { start: 1, end: 3 }))).toString(), 'el');
  assert.equal((await buffer(await t.store.read(first.digest, { start: 9 }))).length, 0);
  assert.deepEqual(await Array.fromAsync(t.store.list()), [{ digest: digestOf('hello'), sizeBytes: 5 }]);
  assert.deepEqual(await readdir(t.paths.ingest), []);
  assert.equal((await stat(t.paths.blobs)).mode & 0o077, 0);
});

test('commit refuses a wrong digest or size and stores nothing', async () => {
  await using t = await makeStore();
  for (const expected of [{ digest: digestOf('other') }, { sizeBytes: 4 }]) {
    await using ingest = await t.store.begin();
    await ingest.write(Readable.from([Buffer.from('hello')]));
    await assert.rejects(ingest.commit(expected), { code: 'data_corrupt' });
  }
  assert.deepEqual(await Array.fromAsync(t.store.list()), []);
  assert.deepEqual(await readdir(t.paths.ingest), []);
});

test('commit verifies sha512 and files that a worker wrote', async () => {
  await using t = await makeStore();
  await using ingest = await t.store.begin();
  await writeFile(ingest.path, 'abc');
  const digest = parseDigest(
    'sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  );
  assert.deepEqual(await ingest.commit({ digest }), { digest, sizeBytes: 3 });
  assert.equal((await t.store.readAll(digest)).toString(), 'abc');
});

test('write stops at maxBytes and when cancelled', async () => {
  await using t = await makeStore();
  await using small = await t.store.begin();
  await assert.rejects(small.write(Readable.from([Buffer.alloc(10), Buffer.alloc(10)]), { maxBytes: 15 }), {
    code: 'resource_exhausted',
  });
  await using endless = await t.store.begin();
  const controller = new AbortController();
  const source = new Readable({ read() {} });
  source.push('x');
  const writing = endless.write(source, { signal: controller.signal, onBytes: () => controller.abort() });
  await assert.rejects(writing, { code: 'cancelled' });
});

test('readAll notices changed bytes and large blobs, read says what is missing', async () => {
  await using t = await makeStore();
  const { digest } = await t.store.put('hello');
  await assert.rejects(t.store.readAll(digest, { maxBytes: 4 }), { code: 'resource_exhausted' });
  await writeFile(t.store.path(digest), 'jello');
  await assert.rejects(t.store.readAll(digest), { code: 'data_corrupt' });
  assert.equal(await t.store.delete(digest), true);
  assert.equal(await t.store.delete(digest), false);
  await assert.rejects(t.store.read(digest), { code: 'not_found' });
});

test('a lease counts its holders', async () => {
  await using t = await makeStore();
  const digest = digestOf('x');
  const first = t.store.lease();
  first.hold(digest);
  first.hold(digest);
  {
    using second = t.store.lease();
    second.hold(digest);
  }
  assert.equal(t.store.isLeased(digest), true);
  first[Symbol.dispose]();
  assert.equal(t.store.isLeased(digest), false);
});

test('purgeIngest keeps what this process is writing', async () => {
  await using t = await makeStore();
  await using ingest = await t.store.begin();
  await ingest.write(Readable.from([Buffer.from('own')]));
  await mkdir(join(t.paths.ingest, 'stale'), { recursive: true });
  assert.equal(await t.store.purgeIngest(), 1);
  assert.equal((await readFile(ingest.path)).toString(), 'own');
});
