import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { buildTar } from '../diff/testing/tar-builder.ts';
import { isEngineError } from '../errors/index.ts';
import { digestOf } from '../oci/index.ts';
import {
  type ArchiveFiles,
  archiveOf,
  blobName,
  configOf,
  descriptorOf,
  dockerFiles,
  layerOf,
  ociFiles,
} from '../testing/image-archives.ts';
import { createImageBench } from '../testing/image-bench.ts';

const base = layerOf([
  { name: 'etc/', type: '5' },
  { name: 'etc/base', data: randomBytes(3000) },
]);
const top = layerOf([{ name: 'top', data: randomBytes(3000) }], gzipSync);
const other = layerOf([{ name: 'other', data: 'x' }]);
const layers = [base, top];
const ABSENT = digestOf('absent');

const docker = (change: (files: ArchiveFiles) => unknown) => changed(dockerFiles(layers), change);
const oci = (change: (files: ArchiveFiles) => unknown) => changed(ociFiles(layers), change);

function changed(files: ArchiveFiles, change: (files: ArchiveFiles) => unknown): Buffer {
  change(files);
  return archiveOf(files);
}

/** A docker-archive whose upper layer is this, promised with the right digests of what is there. */
function withTop(bytes: Buffer, diffId: string = digestOf(top.tar)): Buffer {
  const archived = [base, { bytes, tar: top.tar }];
  return archiveOf(dockerFiles(archived, { config: configOf(archived, [digestOf(base.tar), diffId]) }));
}

describe('a refused archive says what and where, and leaves nothing', () => {
  let bench: Awaited<ReturnType<typeof createImageBench>>;
  before(async () => {
    bench = await createImageBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  const cut = (bytes: Buffer, at: number) => bytes.subarray(0, at);
  const whole = archiveOf(dockerFiles(layers));
  const ociTopName = blobName(top.bytes);
  const badSum = buildTar([{ name: 'good' }, { name: 'bad', badChecksum: true }]);
  const cases: [what: string, archive: Buffer, reason: string, where: string][] = [
    [
      'docker: a layer with other bytes than its name',
      docker((f) => f.set(ociTopName, other.bytes)),
      'digest_mismatch',
      ociTopName,
    ],
    [
      'docker: a configuration with other bytes',
      docker((f) => f.set(blobName(configOf(layers)), configOf([base]))),
      'digest_mismatch',
      blobName(configOf(layers)),
    ],
    ['docker: a missing layer', docker((f) => f.delete(ociTopName)), 'archive_incomplete', ociTopName],
    [
      'docker: a missing configuration',
      docker((f) => f.delete(blobName(configOf(layers)))),
      'archive_incomplete',
      blobName(configOf(layers)),
    ],
    ['docker: a wrong diffID', withTop(top.bytes, ABSENT), 'wrong_diff_id', `Layer 2 of 2 (${digestOf(top.bytes)})`],
    [
      'docker: more layers than diffIDs',
      archiveOf(dockerFiles(layers, { config: configOf([base]) })),
      'layer_count_mismatch',
      '2 layers, its configuration names 1',
    ],
    ['docker: no list of images', docker((f) => f.set('manifest.json', '{}')), 'json_shape', 'manifest.json'],
    [
      'oci: a layer with other bytes than its name',
      oci((f) => f.set(ociTopName, withFlippedByte(top.bytes))),
      'digest_mismatch',
      digestOf(top.bytes),
    ],
    ['oci: a layer of another size', oci((f) => f.set(ociTopName, other.bytes)), 'size_mismatch', digestOf(top.bytes)],
    [
      'oci: a configuration with other bytes',
      oci((f) => f.set(blobName(configOf(layers)), configOf(layers).replace('linux', 'LINUX'))),
      'digest_mismatch',
      digestOf(configOf(layers)),
    ],
    ['oci: a missing layer', oci((f) => f.delete(ociTopName)), 'archive_incomplete', ociTopName],
    [
      'oci: a manifest naming a layer that is nowhere',
      archiveOf(ociFiles(layers, { manifest: { layers: [descriptorOf(base.bytes), { digest: ABSENT, size: 5 }] } })),
      'archive_incomplete',
      ABSENT.slice(7),
    ],
    [
      'oci: an index pointing nowhere',
      archiveOf(ociFiles(layers, { index: { manifests: [{ digest: ABSENT, size: 5 }] } })),
      'archive_incomplete',
      ABSENT.slice(7),
    ],
    ['oci: an index whose inner index points nowhere', nestedNowhere(), 'archive_incomplete', ABSENT.slice(7)],
    [
      'oci: a wrong size in the index',
      archiveOf(
        ociFiles(layers, { index: { manifests: [{ ...descriptorOf('x'), size: 7 }] } }).set(blobName('x'), 'x'),
      ),
      'size_mismatch',
      digestOf('x'),
    ],
    [
      'oci: a wrong diffID',
      archiveOf(ociFiles(layers, { config: configOf(layers, [digestOf(base.tar), ABSENT]) })),
      'wrong_diff_id',
      'Layer 2 of 2',
    ],
    [
      'oci: layers in the wrong order',
      archiveOf(ociFiles([top, base], { config: configOf(layers) })),
      'wrong_diff_id',
      'Layer 1 of 2',
    ],
    [
      'a duplicated entry',
      buildTar([
        { name: 'a', data: '1' },
        { name: 'manifest.json', data: '[]' },
        { name: './a', data: '2' },
      ]),
      'duplicate_entry',
      './a',
    ],
    ['an archive cut in its first header', cut(whole, 300), 'truncated', ''],
    ['an archive cut within a blob', cut(whole, 2500), 'truncated', ''],
    ['a compressed archive cut within', cut(gzipSync(whole), 1500), 'truncated', ''],
    ['a layer cut within its data', withTop(cut(top.tar, 1500)), 'truncated', 'Layer 2 of 2'],
    ['a layer cut within its gzip', withTop(cut(top.bytes, 1500)), 'truncated', 'Layer 2 of 2'],
    ['a layer cut within its zstd', withTop(cut(zstdCompressSync(top.tar), 1500)), 'truncated', 'Layer 2 of 2'],
    ['a layer with a damaged gzip', withTop(withFlippedByte(top.bytes)), 'decompression_failed', 'Layer 2 of 2'],
    ['a layer with a wrong header checksum', withTop(badSum), 'header_checksum', 'Layer 2 of 2'],
    ['an archive with a wrong header checksum', badSum, 'header_checksum', ''],
    ['a good image before a bad one', twoImages(), 'archive_incomplete', ABSENT.slice(7)],
  ];
  for (const [what, archive, reason, where] of cases) {
    it(what, { timeout: 60_000 }, async () => {
      const error = await bench.images.load({ source: Readable.from([archive]) }).then(
        () => assert.fail('accepted'),
        (thrown: unknown) => thrown,
      );
      assert.ok(isEngineError(error), String(error));
      assert.deepEqual([error.code, error.details.reason], ['data_corrupt', reason], error.message);
      assert.ok(error.message.includes(where), error.message);
      await bench.assertEmpty(what);
    });
  }

  it('and good ones are taken after all that, in both forms', async () => {
    for (const files of [dockerFiles(layers), ociFiles(layers)]) {
      const [loaded] = await bench.images.load({ source: Readable.from([archiveOf(files)]) });
      assert.deepEqual(loaded?.references, ['app:1']);
      assert.deepEqual(await bench.images.verify(), []);
      await bench.images.remove('app:1');
      await bench.assertEmpty();
    }
  });

  it('a refused import leaves nothing either', async () => {
    for (const bytes of [cut(base.tar, 700), cut(top.bytes, 900), badSum, Buffer.alloc(0)]) {
      await assert.rejects(bench.images.import({ source: Readable.from([bytes]), reference: 'a:1' }), {
        code: 'data_corrupt',
      });
      await bench.assertEmpty();
    }
  });
});

function withFlippedByte(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(bytes.length / 2);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}

function nestedNowhere(): Buffer {
  const platform = { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch };
  const inner = JSON.stringify({ schemaVersion: 2, manifests: [{ digest: ABSENT, size: 5, platform }] });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const files = ociFiles(layers, { index: { manifests: [{ ...descriptorOf(inner), mediaType }] } });
  return archiveOf(files.set(blobName(inner), inner));
}

function twoImages(): Buffer {
  const good = dockerFiles(layers);
  const [first] = JSON.parse(String(good.get('manifest.json'))) as object[];
  const second = { ...first, RepoTags: ['bad:1'], Layers: [blobName(base.bytes), `blobs/sha256/${ABSENT.slice(7)}`] };
  return archiveOf(good.set('manifest.json', JSON.stringify([first, second])));
}
