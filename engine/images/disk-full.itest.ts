import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { statfs, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { buildTar } from '../diff/testing/tar-builder.ts';
import { isEngineError } from '../errors/index.ts';
import { archiveOf, dockerFiles, layerOf } from '../testing/image-archives.ts';
import { createImageBench } from '../testing/image-bench.ts';

const MIB = 1 << 20;
const NOISE = randomBytes(MIB);

/** Bytes nobody can make smaller, in files of one MiB or in one large file. */
function* noisyTar(mib: number, form: 'small' | 'large'): Generator<Buffer> {
  if (form === 'large') yield buildTar([{ name: 'large', size: mib * MIB }], { end: false });
  for (let at = 0; at < mib; at++) {
    NOISE.writeUInt32LE(at, 0);
    if (form === 'large') yield Buffer.from(NOISE);
    else yield buildTar([{ name: `f${at}`, data: NOISE }], { end: false });
  }
  yield Buffer.alloc(1024);
}

async function assertFull(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(isEngineError(error), String(error));
    assert.deepEqual([error.code, error.details.reason], ['resource_exhausted', 'disk_full'], error.message);
    return true;
  });
}

const freeBytes = async (folder: string) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

test('an import larger than the disk fails with the reason, leaves nothing, and the next one fits', {
  timeout: 120_000,
}, async () => {
  await using t = await createImageBench({ sizeBytes: 96 * MIB });
  const kept = await t.images.import({
    source: Readable.from([buildTar([{ name: 'kept', data: NOISE }])]),
    reference: 'kept',
  });
  const before = await t.stored();
  const room = await freeBytes(t.folder);
  for (const form of ['small', 'large'] as const) {
    await assertFull(t.images.import({ source: Readable.from(noisyTar(150, form)), reference: 'huge' }));
    assert.deepEqual(await t.stored(), before, form);
    // Folders that stay may keep a page or two.
    assert.ok((await freeBytes(t.folder)) > room - 64 * 1024, form);
    assert.deepEqual(await t.images.verify(), []);
  }
  const fits = await t.images.import({ source: Readable.from(noisyTar(20, 'small')), reference: 'fits' });
  assert.deepEqual(await t.images.verify(), []);
  for (const { id } of [kept, fits]) await t.images.remove(id, { force: true });
  await t.assertEmpty();
});

test('a disk that others fill at each stage of a load leaves nothing; with room again it works', {
  timeout: 120_000,
}, async () => {
  await using t = await createImageBench({ sizeBytes: 64 * MIB });
  const layers = [0, 1].map((at) =>
    layerOf(Array.from({ length: 4 }, (_, n) => ({ name: `${at}-${n}`, data: randomBytes(MIB) }))),
  );
  const archive = archiveOf(dockerFiles(layers));
  const load = () => t.images.load({ source: Readable.from([archive]) });
  const ballast = join(t.folder, 'ballast');
  // The archive takes 8 MiB, which become the blobs, and each layer 4 for its files; the reserve is 3.2.
  for (const roomMib of [0, 2, 6, 10, 13, 15]) {
    await writeFile(ballast, '');
    await fillTo(t.folder, ballast, roomMib * MIB);
    await assertFull(load());
    await t.assertEmpty(`${roomMib} MiB`);
    await unlink(ballast);
  }
  const [loaded] = await load();
  assert.equal(loaded?.layersNew, 2);
  assert.deepEqual(await t.images.verify(), []);
  await t.images.remove('app:1');
  await t.assertEmpty();
});

test('a blob that finds the disk full says so and leaves no ingest', async () => {
  await using t = await createImageBench({ sizeBytes: 16 * MIB });
  const ballast = join(t.folder, 'ballast');
  await writeFile(ballast, '');
  await fillTo(t.folder, ballast, MIB);
  await assertFull(t.content.put(randomBytes(4 * MIB)));
  await t.assertEmpty();
  await truncate(ballast, 0);
  const { digest } = await t.content.put(randomBytes(4 * MIB));
  assert.equal(await t.content.delete(digest), true);
});

/** Writes until this much is left. */
async function fillTo(folder: string, file: string, leftBytes: number): Promise<void> {
  const zeros = Buffer.alloc(MIB);
  for (let room = await freeBytes(folder); room > leftBytes; room = await freeBytes(folder)) {
    await writeFile(file, zeros.subarray(0, Math.min(MIB, room - leftBytes)), { flag: 'a' });
  }
}
