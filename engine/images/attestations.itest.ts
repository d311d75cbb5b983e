import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { digestOf, tryParseDigest } from '../oci/index.ts';
import {
  type ArchiveFiles,
  archiveOf,
  blobName,
  configOf,
  descriptorOf,
  dockerFiles,
  layerOf,
} from '../testing/image-archives.ts';
import { createImageBench } from '../testing/image-bench.ts';
import { hostArchitecture } from './read-archive.ts';

const OCI = 'application/vnd.oci.image';
const HOST = { os: 'linux', architecture: hostArchitecture() };
const UNKNOWN = { os: 'unknown', architecture: 'unknown' };
const WINDOWS = { os: 'windows', architecture: HOST.architecture };

/** As `docker buildx build --provenance --sbom --output type=oci` writes it; beside it an image of another system in an inner index. */
function builtByBuildx(tag = 'app:1') {
  const files: ArchiveFiles = new Map([['oci-layout', '{"imageLayoutVersion":"1.0.0"}']]);
  const put = (value: object | string | Buffer, more: object = {}) => {
    const bytes = typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value);
    files.set(blobName(bytes), bytes);
    return { ...descriptorOf(bytes), ...more };
  };
  const manifestOf = (config: object | string, layers: object[], more: object) =>
    put(
      {
        schemaVersion: 2,
        mediaType: `${OCI}.manifest.v1+json`,
        config: put(config, { mediaType: `${OCI}.config.v1+json` }),
        layers,
      },
      { mediaType: `${OCI}.manifest.v1+json`, ...more },
    );
  const layer = layerOf([{ name: 'hello', data: 'hello\n' }]);
  const image = manifestOf(configOf([layer]), [put(layer.bytes, { mediaType: `${OCI}.layer.v1.tar` })], {
    platform: HOST,
  });
  const statements = ['https://slsa.dev/provenance/v0.2', 'https://spdx.dev/Document'].map((predicateType) =>
    put(
      { _type: 'https://in-toto.io/Statement/v0.1', predicateType, filler: 'x'.repeat(2_000) },
      {
        mediaType: 'application/vnd.in-toto+json',
        annotations: { 'in-toto.io/predicate-type': predicateType },
      },
    ),
  );
  const diff_ids = statements.map(({ digest }) => digest);
  const attestation = manifestOf({ ...UNKNOWN, config: {}, rootfs: { type: 'layers', diff_ids } }, statements, {
    annotations: {
      'vnd.docker.reference.digest': image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: UNKNOWN,
  });
  const foreign = manifestOf({ ...WINDOWS, rootfs: { type: 'layers', diff_ids: [] } }, [put('a layer of it')], {
    platform: WINDOWS,
  });
  const mediaType = `${OCI}.index.v1+json`;
  const inner = put({ schemaVersion: 2, mediaType, manifests: [foreign] }, { mediaType });
  const index = put({ schemaVersion: 2, mediaType, manifests: [image, attestation, inner] }, { mediaType });
  const annotations = { 'io.containerd.image.name': `docker.io/library/${tag}` };
  files.set('index.json', JSON.stringify({ schemaVersion: 2, manifests: [{ ...index, annotations }] }));
  return { files, image, attestation, statements, foreign, inner, index };
}

type Bench = Awaited<ReturnType<typeof createImageBench>>;

const load = (t: Bench, files: ArchiveFiles, platform?: typeof HOST) =>
  t.images.load({ source: Readable.from([archiveOf(files)]), platform });
const save = async (t: Bench, name = 'app:1') => buffer((await t.images.save([name])).stream);
const blobsIn = async (t: Bench) => (await Array.fromAsync(t.content.list())).map(({ digest }) => digest).sort();
const digestsOf = (files: ArchiveFiles) =>
  [...files.keys()].flatMap((name) => tryParseDigest(name.replace(/^blobs\/(\w+)\//, '$1:')) ?? []).sort();

test('what says how an image was built is kept, saved again with the same digests, and goes with it', {
  timeout: 60_000,
}, async () => {
  await using t = await createImageBench();
  const built = builtByBuildx();
  await load(t, built.files);
  assert.deepEqual(await blobsIn(t), digestsOf(built.files), 'every blob of the archive and no other');
  assert.equal((await t.images.list()).length, 1, 'only what can be run is an image');
  const archive = await save(t);
  await t.images.tag('app:1', 'app:2');
  await t.images.remove('app:1');
  assert.deepEqual(await t.images.collect(), { blobs: 0, layers: 0, freedBytes: 0 }, 'the other name keeps all of it');
  const { id } = await t.images.resolve('app:2');
  const promised = await t.images.removalBytes([id]);
  const { totalBytes } = await t.images.usage();
  const { freedBytes } = await t.images.prune({ dangling: false });
  assert.deepEqual([freedBytes, totalBytes], [promised, promised]);
  assert.ok(promised > 4_000, 'both statements count');
  await t.assertEmpty();

  await t.images.load({ source: Readable.from([archive]) });
  assert.deepEqual(await blobsIn(t), digestsOf(built.files));
  assert.deepEqual(await save(t), archive, 'byte for byte');
  assert.deepEqual(await t.images.verify(), []);
  const [statement] = built.statements;
  await rm(t.content.path(tryParseDigest(statement?.digest ?? '') ?? assert.fail()));
  assert.deepEqual(await t.images.verify(), [`name docker.io/library/app:1 lacks its blob ${statement?.digest}`]);
  await assert.rejects(save(t), { code: 'data_corrupt', message: /is missing/ });
});

test('an image tells its manifests: its own and what speaks of it', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const { files, image, attestation, statements } = builtByBuildx();
  await load(t, files);
  const [own, about, ...more] = await t.images.manifests('app:1');
  assert.deepEqual([own?.kind, own?.descriptor.digest, own?.unpackedBytes], ['image', image.digest, 6]);
  assert.deepEqual([about?.kind, about?.descriptor.digest], ['attestation', attestation.digest]);
  assert.equal(about?.descriptor.annotations?.['vnd.docker.reference.digest'], image.digest);
  assert.ok((about?.contentBytes ?? 0) > statements.reduce((sum, { size }) => sum + size, 0));
  assert.deepEqual(more, [], 'another system is no part of it');
});

test('one platform alone comes with what speaks of it', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const { files, foreign, attestation } = builtByBuildx();
  await load(t, files, HOST);
  const there = new Set<string>(await blobsIn(t));
  assert.deepEqual([there.has(attestation.digest), there.has(foreign.digest)], [true, false]);
  await t.images.remove('app:1');
  await t.assertEmpty();
});

test('a name that is given to another image lets go of what it led to', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const { files, attestation } = builtByBuildx();
  await load(t, files);
  await load(t, dockerFiles([layerOf([{ name: 'other', data: 'other' }])]));
  await t.images.repair();
  assert.ok(!(await blobsIn(t)).includes(tryParseDigest(attestation.digest) ?? assert.fail()));
  await t.images.prune({ dangling: false });
  await t.assertEmpty();
});

test('changed bytes of an attestation are refused, and nothing stays; one that was left out is not missed', {
  timeout: 60_000,
}, async () => {
  await using t = await createImageBench();
  const { files, statements } = builtByBuildx();
  const name = `blobs/${statements[0]?.digest.replace(':', '/')}`;
  const bytes = String(files.get(name));
  files.set(name, bytes.replace('Statement', 'statement'));
  await assert.rejects(load(t, files), { code: 'data_corrupt' });
  await t.assertEmpty();
  files.delete(name);
  await load(t, files);
  assert.deepEqual(await blobsIn(t), digestsOf(files));
  await save(t);
  await t.images.remove('app:1');
  await t.assertEmpty();
});

test('a manifest named by another algorithm is kept under that name', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const { files, index } = builtByBuildx();
  const indexName = `blobs/${index.digest.replace(':', '/')}`;
  const listed = JSON.parse(String(files.get(indexName))) as { manifests: object[] };
  const statement = JSON.stringify({ schemaVersion: 2, layers: [] });
  const digest = `sha512:${createHash('sha512').update(statement).digest('hex')}`;
  listed.manifests.push({ mediaType: `${OCI}.manifest.v1+json`, digest, size: statement.length, platform: UNKNOWN });
  const changed = JSON.stringify(listed);
  files.delete(indexName);
  files.set(blobName(changed), changed);
  files.set(`blobs/${digest.replace(':', '/')}`, statement);
  const annotations = { 'io.containerd.image.name': 'docker.io/library/app:1' };
  const named = { mediaType: `${OCI}.index.v1+json`, ...descriptorOf(changed), annotations };
  files.set('index.json', JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  await load(t, files);
  assert.ok((await blobsIn(t)).includes(tryParseDigest(digest) ?? assert.fail()));
  assert.equal((await t.images.resolve(`app@${digestOf(changed)}`)).platform.os, 'linux');
  assert.deepEqual(await t.images.verify(), []);
});
