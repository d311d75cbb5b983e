import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, it, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../oci/index.ts';
import {
  archiveOf,
  blobName,
  configOf,
  descriptorOf,
  dockerFiles,
  layerOf,
  ociFiles,
} from '../testing/image-archives.ts';
import { createImageBench } from '../testing/image-bench.ts';

const run = promisify(execFile);
const base = layerOf([
  { name: 'etc/', type: '5' },
  { name: 'etc/os', data: 'test\n' },
]);
const top = layerOf(
  [
    { name: 'bin/', type: '5' },
    { name: 'bin/tool', data: 'x'.repeat(70_000) },
  ],
  (tar) => gzipSync(tar),
);
const layers = [base, top];

/** With all media types: other programs ask for them. */
const typed = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...descriptorOf(configOf(layers)) },
  layers: layers.map(({ bytes }, at) => ({
    mediaType: `application/vnd.oci.image.layer.v1.tar${at === 0 ? '' : '+gzip'}`,
    ...descriptorOf(bytes),
  })),
};
const manifest = JSON.stringify({
  schemaVersion: 2,
  config: typed.config,
  layers: typed.layers,
  mediaType: typed.mediaType,
});

type Bench = Awaited<ReturnType<typeof createImageBench>>;

const load = (t: Bench, bytes: Buffer) => t.images.load({ source: Readable.from([bytes]) });

async function saved(t: Bench, ...names: string[]): Promise<Buffer> {
  const { stream, sizeBytes } = await t.images.save(names);
  const bytes = await buffer(stream);
  assert.equal(bytes.length, sizeBytes);
  return bytes;
}

test('what is saved has the same digests as what was loaded, each time the same bytes', {
  timeout: 60_000,
}, async () => {
  await using t = await createImageBench();
  await load(t, archiveOf(ociFiles(layers, { manifest: typed })));
  const before = await t.images.resolve('app:1');
  await t.images.tag('app:1', 'other/name:2');
  const archive = await saved(t, 'other/name:2', 'app:1');
  assert.deepEqual(await saved(t, 'app:1', 'other/name:2'), archive);
  await t.images.remove(before.id, { force: true, names: ['app:1', 'other/name:2'] });
  await t.assertEmpty();

  const loaded = await load(t, archive);
  assert.deepEqual(
    loaded.map(({ references }) => references),
    [['app:1', 'other/name:2']],
  );
  const { addedAt: _before, ...was } = before;
  const { addedAt: _after, ...is } = await t.images.resolve('app:1');
  assert.deepEqual(is, was);
  assert.deepEqual(await t.images.verify(), []);
});

test('an archive without manifests keeps configuration and diffIDs', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  await load(t, archiveOf(dockerFiles(layers)));
  const archive = await saved(t, 'app:1');
  const before = await t.images.resolve('app:1');
  assert.equal(before.id, digestOf(configOf(layers)));
  await t.images.remove('app:1');
  await load(t, archive);
  assert.deepEqual(
    (await t.images.resolve('app:1')).layers.map(({ diffId, digest }) => [diffId, digest]),
    before.layers.map(({ diffId, digest }) => [diffId, digest]),
  );
});

test('an archive in both forms gives the manifest it came with', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const both = new Map([...dockerFiles(layers, { tag: 'named:by-docker' }), ...ociFiles(layers, { manifest: typed })]);
  const [image] = await load(t, archiveOf(both));
  assert.deepEqual(image?.references, ['named:by-docker']);
  assert.equal((await t.images.resolve('named:by-docker')).manifestDigest, digestOf(manifest));
});

test('names: a repository means all its tags, an id no name', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const [image] = await load(t, archiveOf(dockerFiles(layers)));
  await t.images.tag('app:1', 'app:2');
  const tagsOf = async (...names: string[]) => {
    const at = join(t.folder, 'names.tar');
    await writeFile(at, await saved(t, ...names));
    const { stdout } = await run('tar', ['-xOf', at, 'manifest.json']);
    return (JSON.parse(stdout) as { RepoTags: string[] | null }[]).map(({ RepoTags }) => RepoTags);
  };
  assert.deepEqual(await tagsOf('app'), [['app:1', 'app:2']]);
  assert.deepEqual(await tagsOf('app:2'), [['app:2']]);
  assert.deepEqual(await tagsOf(image?.id ?? ''), [null]);
  await assert.rejects(t.images.save(['missing']), { code: 'not_found' });
  await assert.rejects(t.images.save([]), { code: 'invalid_argument' });
});

test('an image removed while it is saved is there until the archive is whole, and gone after it', {
  timeout: 60_000,
}, async () => {
  await using t = await createImageBench();
  await load(t, archiveOf(dockerFiles(layers)));
  const archive = await saved(t, 'app:1');
  for (const end of ['read', 'destroyed'] as const) {
    const { stream } = await t.images.save(['app:1']);
    await t.images.remove('app:1');
    assert.ok((await t.stored()).blobs > 0);
    if (end === 'read') assert.deepEqual(await buffer(stream), archive);
    else stream.destroy();
    await until(async () => (await t.stored()).blobs === 0);
    await t.assertEmpty(end);
    await load(t, archive);
  }
});

test('bytes that have changed on the disk do not make a whole archive', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  await load(t, archiveOf(ociFiles(layers, { manifest: typed })));
  const path = t.content.path(digestOf(base.bytes));
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(600) ^ 1, 600);
  await writeFile(path, bytes);
  const { stream } = await t.images.save(['app:1']);
  await assert.rejects(buffer(stream), { code: 'data_corrupt' });
});

test('what a list of unused images says is what removing them frees', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  await load(t, archiveOf(dockerFiles([base], { tag: 'small:1' })));
  await load(t, archiveOf(dockerFiles(layers, { tag: 'large:1' })));
  const usage = await t.images.usage();
  const bytesOf = (name: string) => {
    const { sizeBytes, sharedBytes, uniqueBytes } =
      usage.images.find(({ references }) => references.includes(name)) ?? assert.fail(name);
    return [sizeBytes, sharedBytes, uniqueBytes];
  };
  assert.deepEqual(
    [bytesOf('small:1'), bytesOf('large:1')],
    [
      [5, 5, 0],
      [70_005, 5, 70_000],
    ],
  );
  assert.equal(usage.totalBytes, 70_005);
  assert.deepEqual(await t.images.prune(), { removed: [], freedBytes: 0 });
  const { id } = await t.images.resolve('large:1');
  const { id: small } = await t.images.resolve('small:1');
  assert.deepEqual(
    [await t.images.removalBytes([id]), await t.images.removalBytes([small]), await t.images.removalBytes([small, id])],
    [70_000, 0, 70_005],
  );
  const pruned = await t.images.prune({ dangling: false, only: [id] });
  assert.equal(pruned.freedBytes, 70_000);
  assert.deepEqual(pruned.removed.slice(0, 2), [{ untagged: 'large:1' }, { deleted: id }]);
  assert.equal((await t.images.prune({ dangling: false })).freedBytes, 5);
  await t.assertEmpty();
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await holds())) assert.ok(performance.now() < end, 'in time');
}

/** The programs of others read what we write, and we read what they write. */
describe('with skopeo and podman', { timeout: 240_000 }, () => {
  const need = (t: TestContext, program: string): boolean => {
    const there = ['/usr/bin', '/usr/local/bin', '/bin'].some((folder) => existsSync(join(folder, program)));
    if (!there) t.skip(`${program} is not installed (Debian: apt-get install ${program})`);
    return there;
  };

  it('skopeo reads our archives in both forms, and its own are loaded with the same digests', async (context) => {
    if (!need(context, 'skopeo')) return;
    await using t = await createImageBench();
    await load(t, archiveOf(ociFiles(layers, { manifest: typed })));
    const image = await t.images.resolve('app:1');
    const ours = join(t.folder, 'ours.tar');
    await writeFile(ours, await saved(t, 'app:1'));
    const inspected = await run('skopeo', ['inspect', '--raw', `oci-archive:${ours}:1`]);
    assert.equal(digestOf(inspected.stdout), image.manifestDigest);
    const config = await run('skopeo', ['inspect', '--config', '--raw', `docker-archive:${ours}`]);
    assert.equal(digestOf(config.stdout), image.id);

    const policy = ['--insecure-policy'];
    const made = { 'oci-archive': join(t.folder, 'oci.tar'), 'docker-archive': join(t.folder, 'docker.tar') };
    for (const [form, path] of Object.entries(made)) {
      await run('skopeo', [...policy, 'copy', `oci-archive:${ours}:1`, `${form}:${path}:from-skopeo:${form}`]);
      const [loaded] = await t.images.load({ source: createReadStream(path) });
      assert.deepEqual(loaded?.references, [`from-skopeo:${form}`]);
      const { layers: stored } = await t.images.resolve(`from-skopeo:${form}`);
      assert.deepEqual(
        stored.map(({ diffId }) => diffId),
        image.layers.map(({ diffId }) => diffId),
      );
    }
    const dir = join(t.folder, 'layout');
    await run('skopeo', [...policy, 'copy', `oci-archive:${ours}:1`, `oci:${dir}:in-a-folder:1`]);
    await run('tar', ['-C', dir, '-cf', join(t.folder, 'layout.tar'), '.']);
    const [loaded] = await t.images.load({ source: createReadStream(join(t.folder, 'layout.tar')) });
    assert.deepEqual(loaded?.references, ['in-a-folder:1']);
    assert.equal((await t.images.resolve('in-a-folder:1')).chainId, image.chainId);
    assert.deepEqual(await t.images.verify(), []);
  });

  it('podman loads our archive and its own are loaded by us', async (context) => {
    if (!need(context, 'podman')) return;
    await using t = await createImageBench();
    await load(t, archiveOf(ociFiles(layers, { manifest: typed })));
    const ours = join(t.folder, 'ours.tar');
    await pipeline((await t.images.save(['app:1'])).stream, createWriteStream(ours));
    // Its own folders, and no storage driver that leaves mounts behind.
    const place = ['--root', join(t.folder, 'podman'), '--runroot', join(t.folder, 'podman-run')];
    const podman = [...place, '--storage-driver', 'vfs', '--tmpdir', join(t.folder, 'podman-tmp')];
    const { stdout } = await run('podman', [...podman, 'load', '-i', ours]);
    assert.match(stdout, /app:1/);
    for (const form of ['docker-archive', 'oci-archive']) {
      const path = join(t.folder, `${form}.tar`);
      await run('podman', [...podman, 'save', '--format', form, '-o', path, 'app:1']);
      const [loaded] = await t.images.load({ source: createReadStream(path) });
      assert.ok(loaded?.references[0]?.endsWith('app:1'), `${form}: ${JSON.stringify(loaded)}`);
    }
    assert.deepEqual(await t.images.verify(), []);
  });
});

/** As written by Docker 28 with the classic store: both documents, one manifest for two names, legacy names as well. */
test('the form of a current `docker save` is loaded', { timeout: 60_000 }, async () => {
  await using t = await createImageBench();
  const config = configOf(layers);
  const { mediaType } = typed;
  const named = ['1', '2'].map((tag) => ({
    ...descriptorOf(manifest),
    mediaType,
    annotations: {
      'io.containerd.image.name': `docker.io/library/app:${tag}`,
      'org.opencontainers.image.ref.name': tag,
    },
  }));
  const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: named };
  const dir = join(t.folder, 'docker');
  await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
  const RepoTags = ['app:1', 'app:2'];
  const docker = [{ Config: blobName(config), RepoTags, Layers: layers.map(({ bytes }) => blobName(bytes)) }];
  for (const bytes of [config, manifest, ...layers.map((layer) => layer.bytes)]) {
    await writeFile(join(dir, blobName(bytes)), bytes);
  }
  await writeFile(join(dir, 'index.json'), JSON.stringify(index));
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(docker));
  await writeFile(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await symlink('manifest.json', join(dir, 'repositories'));
  execFileSync('tar', ['-C', dir, '-cf', `${dir}.tar`, '.']);
  const [image, ...more] = await t.images.load({ source: createReadStream(`${dir}.tar`) });
  assert.deepEqual([image?.references, more], [RepoTags, []]);
  assert.equal((await t.images.resolve('app:2')).manifestDigest, digestOf(manifest));
});
