import assert from 'node:assert/strict';
import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { createContentStore } from '../content/index.ts';
import type { ApplyLayerOptions, ArchiveEntry, LayerApplier } from '../diff/index.ts';
import { EngineError } from '../errors/index.ts';
import { EventBus } from '../events/index.ts';
import { newContainerId } from '../lib/index.ts';
import { digestOf, parseDiffId, parseDigest } from '../oci/index.ts';
import { enginePaths } from '../paths.ts';
import { createSnapshotter } from '../snapshots/index.ts';
import { memoryImageStore } from '../testing/memory-image-store.ts';
import { memorySnapshotStore } from '../testing/memory-snapshot-store.ts';
import type { ImageUsers, RemovedItem } from './image-service.ts';
import { createImageService } from './local-image-service.ts';

const bytesOf = async (source: ApplyLayerOptions['source']) =>
  source instanceof Readable ? buffer(source) : readFile(source.path);

/** A layer is one file, an archive is JSON of names and contents: enough for everything that is not about tars. */
const applier: Pick<LayerApplier, 'apply' | 'unpackArchive'> = {
  async apply({ source, target, blob, expect }) {
    const bytes = await bytesOf(source);
    const digest = digestOf(bytes);
    if (expect?.diffId !== undefined && expect.diffId !== parseDiffId(digest)) {
      throw new EngineError('data_corrupt', 'wrong diffID', { reason: 'diff_id_mismatch' });
    }
    await writeFile(join(target, 'content'), bytes);
    if (blob !== undefined) await writeFile(blob.path, bytes);
    return {
      digest,
      diffId: parseDiffId(digest),
      sizeBytes: bytes.length,
      unpackedBytes: bytes.length,
      entries: 1,
      compression: 'none',
      mediaType: 'layer',
      notes: [],
    };
  },
  async unpackArchive({ source, target }) {
    const files = Object.entries(JSON.parse((await bytesOf(source)).toString()) as Record<string, string>);
    return Promise.all(
      files.map(async ([name, text], at): Promise<ArchiveEntry> => {
        if (text.startsWith('->')) return { type: 'link', name, target: text.slice(2) };
        const path = join(target, String(at));
        await writeFile(path, text);
        return { type: 'file', name, path, sizeBytes: Buffer.byteLength(text), digest: digestOf(text) };
      }),
    );
  },
};

const unused = () => Promise.reject(new Error('not part of this test'));

async function makeBench() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'davit-images-'));
  const paths = enginePaths(join(folder.path, 'data'), join(folder.path, 'run'));
  const content = createContentStore({ paths });
  const mounts = { mountOverlay: unused, unmount: unused, listMounts: unused };
  const kernel = { ...mounts, openInRoot: unused, removeSmallTree: async () => false };
  const snapshots = createSnapshotter({ paths, store: memorySnapshotStore(), kernel });
  const using = new Map<string, Awaited<ReturnType<ImageUsers['containersOf']>>>();
  const events = new EventBus();
  const store = memoryImageStore();
  const images = createImageService({
    paths,
    content,
    snapshots,
    applier,
    store,
    users: { containersOf: async (id) => using.get(id) ?? [] },
    events,
    clock: () => new Date('2026-01-02T03:04:05Z'),
  });
  const count = async () => ({
    blobs: (await Array.fromAsync(content.list())).length,
    layers: (await snapshots.list()).length,
  });
  return {
    images,
    content,
    store,
    snapshots,
    paths,
    using,
    events,
    count,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const stream = (text: string) => Readable.from([Buffer.from(text)]);

function configOf(layers: string[], extra: object = {}): string {
  const diff_ids = layers.map((layer) => digestOf(layer));
  const history = layers.map((layer) => ({ created_by: `make ${layer}` }));
  return JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids },
    history,
    ...extra,
  });
}

function dockerArchive(
  images: { tags: string[]; layers: string[]; config?: string }[],
  more: Record<string, string> = {},
) {
  const files: Record<string, string> = {};
  const manifest = images.map(({ tags, layers, config = configOf(layers) }) => {
    const Config = `${digestOf(config).slice(7)}.json`;
    files[Config] = config;
    for (const layer of layers) files[`${layer}/layer.tar`] = layer;
    return { Config, RepoTags: tags, Layers: layers.map((layer) => `${layer}/layer.tar`) };
  });
  return JSON.stringify({ 'manifest.json': JSON.stringify(manifest), ...files, ...more });
}

test('import makes an image with its changes and tells about it', async () => {
  await using t = await makeBench();
  const image = await t.images.import({
    source: stream('rootfs'),
    reference: 'own/base',
    changes: ['CMD ["x"]', 'LABEL a=b'],
  });
  assert.deepEqual(image.references, ['own/base:latest']);
  assert.deepEqual([image.source, image.sizeBytes, image.uniqueBytes, image.layerCount], ['imported', 6, 6, 1]);
  assert.deepEqual(image.labels, { a: 'b' });
  const detail = await t.images.inspect(image.id.slice(7, 19));
  assert.deepEqual(detail.config.config?.Cmd, ['x']);
  assert.equal(detail.lastTaggedAt?.toISOString(), '2026-01-02T03:04:05.000Z');
  assert.equal(digestOf(await t.content.readAll(image.id)), image.id);
  assert.deepEqual(
    t.events.history().map(({ action, name, attributes }) => [action, name, attributes]),
    [
      ['tag', 'own/base:latest', { a: 'b', name: 'own/base:latest' }],
      ['import', 'own/base:latest', { a: 'b', name: image.id }],
    ],
  );
  assert.deepEqual(await t.images.verify(), []);
});

test('a refused import leaves nothing', async () => {
  await using t = await makeBench();
  for (const opts of [{ reference: 'BAD' }, { changes: ['RUN x'] }, { reference: `a@${digestOf('a')}` }]) {
    await assert.rejects(t.images.import({ source: stream('x'), ...opts }), { code: 'invalid_argument' });
  }
  await assert.rejects(t.images.import({ source: stream('x'), signal: AbortSignal.abort() }), {
    code: 'cancelled',
  });
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
  assert.deepEqual(await t.images.list(), []);
});

test('load stores shared layers once and says what is unique', async () => {
  await using t = await makeBench();
  const archive = dockerArchive([
    { tags: ['app:1', 'r.io/app:1'], layers: ['base', 'one'] },
    { tags: ['app:2'], layers: ['base', 'other'] },
  ]);
  const loaded = await t.images.load({ source: stream(archive) });
  assert.deepEqual(
    loaded.map((each) => [each.references, each.layersNew, each.layersShared]),
    [
      [['app:1', 'r.io/app:1'], 2, 0],
      [['app:2'], 1, 1],
    ],
  );
  assert.equal((await t.count()).layers, 3);
  const again = await t.images.load({ source: stream(archive) });
  assert.deepEqual(
    again.map((each) => each.layersNew),
    [0, 0],
  );
  const detail = await t.images.inspect('app:2');
  assert.equal(detail.uniqueBytes, 5);
  assert.deepEqual(
    detail.layers.map((layer) => [layer.createdBy, layer.sharedWith]),
    [
      ['make base', ['app:1']],
      ['make other', []],
    ],
  );
  assert.deepEqual(
    detail.history.map((entry) => entry.sizeBytes),
    [4, 5],
  );
});

test('a layer named by a link inside the archive is found', async () => {
  await using t = await makeBench();
  const archive = dockerArchive([{ tags: ['a:1'], layers: ['x'] }], {
    'x/layer.tar': '->../y/layer.tar',
    'y/layer.tar': 'x',
  });
  assert.equal((await t.images.load({ source: stream(archive) }))[0]?.layersNew, 1);
});

test('an archive with one bad image adds none of its images', async () => {
  await using t = await makeBench();
  await t.images.load({ source: stream(dockerArchive([{ tags: ['kept:1'], layers: ['base'] }])) });
  const before = await t.count();
  const good = { tags: ['good:1'], layers: ['base', 'new'] };
  const config = configOf(['x']);
  const bad: [string, string][] = [
    ['wrong diffID', dockerArchive([good, { tags: [], layers: ['evil'], config: configOf(['promised']) }])],
    ['count', dockerArchive([good, { tags: [], layers: ['a', 'b'], config }])],
    ['missing layer', dockerArchive([good, { tags: [], layers: ['x'] }], { 'x/layer.tar': '->../../../etc/shadow' })],
    [
      'wrong config digest',
      dockerArchive([good, { tags: [], layers: ['x'] }], { [`${digestOf(config).slice(7)}.json`]: '{}' }),
    ],
    ['bad tag', dockerArchive([good, { tags: ['NO'], layers: ['x'] }])],
    ['duplicate key', JSON.stringify({ 'manifest.json': '[{"Config":"a","Config":"b"}]' })],
    ['nothing', JSON.stringify({ repositories: '{}' })],
  ];
  for (const [why, archive] of bad) {
    await assert.rejects(t.images.load({ source: stream(archive) }), { code: 'data_corrupt' }, why);
    assert.deepEqual(await t.count(), before, why);
  }
  assert.deepEqual(
    (await t.images.list()).flatMap((image) => image.references),
    ['kept:1'],
  );
  assert.deepEqual(await readdir(t.paths.ingest), []);
});

test('an OCI layout keeps its manifest, and lies in it are refused', async () => {
  await using t = await makeBench();
  const config = configOf(['x']);
  const blob = (text: string) => ({ digest: digestOf(text), size: Buffer.byteLength(text) });
  const layout = (manifest: object, index: object = {}) => {
    const text = JSON.stringify(manifest);
    const annotations = { 'io.containerd.image.name': 'docker.io/library/oci:1' };
    return JSON.stringify({
      'index.json': JSON.stringify({ schemaVersion: 2, manifests: [{ ...blob(text), annotations }], ...index }),
      [`blobs/sha256/${digestOf(text).slice(7)}`]: text,
      [`blobs/sha256/${digestOf(config).slice(7)}`]: config,
      [`blobs/sha256/${digestOf('x').slice(7)}`]: 'x',
    });
  };
  const manifest = { schemaVersion: 2, config: blob(config), layers: [blob('x')] };
  const [loaded] = await t.images.load({ source: stream(layout(manifest)) });
  assert.deepEqual(loaded?.references, ['oci:1']);
  const record = await t.images.resolve('oci:1');
  assert.equal(record.manifestDigest, digestOf(JSON.stringify(manifest)));
  assert.equal((await t.images.resolve(`oci@${record.manifestDigest}`)).id, record.id);
  const lies = [
    layout({ ...manifest, layers: [{ ...blob('x'), size: 2 }] }),
    layout({ ...manifest, layers: [blob('y')] }),
    layout({ ...manifest, manifests: [] }),
    layout(manifest, { layers: [] }),
    layout({ ...manifest, layers: [] }),
  ];
  for (const lie of lies) await assert.rejects(t.images.load({ source: stream(lie) }), { code: 'data_corrupt' });
});

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

test('remove untags first, the last name takes the image, its layers and blobs', async () => {
  await using t = await makeBench();
  const other = await t.images.load({ source: stream(dockerArchive([{ tags: ['o:1'], layers: ['base'] }])) });
  const before = await t.count();
  const [image] = await t.images.load({
    source: stream(dockerArchive([{ tags: ['a:1', 'a:2'], layers: ['base', 'top'] }])),
  });
  const id = image?.id ?? other[0]?.id ?? digestOf('');
  await assert.rejects(t.images.remove(id), {
    code: 'in_use',
    message: `conflict: unable to delete ${id.slice(7, 19)} (must be forced) - image is referenced in multiple repositories`,
  });
  assert.deepEqual(await t.images.remove('a:1'), [{ untagged: 'a:1' }]);
  const removed = await t.images.remove('a:2');
  assert.deepEqual(removed.slice(0, 2), [{ untagged: 'a:2' }, { deleted: id }]);
  assert.equal(removed.length, 3);
  assert.deepEqual(await t.count(), before);
  assert.deepEqual(await t.images.verify(), []);
});

test('an image goes with exactly the names somebody confirmed, or keeps all of them', async () => {
  await using t = await makeBench();
  const [image] = await t.images.load({ source: stream(dockerArchive([{ tags: ['a:1', 'a:2'], layers: ['x'] }])) });
  const id = image?.id ?? digestOf('');
  for (const names of [['a:1'], ['a:1', 'a:3'], ['a:1', 'a:2', 'a:3']]) {
    await assert.rejects(t.images.remove(id, { names }), { code: 'conflict' });
  }
  t.using.set(id, [{ id: newContainerId(), name: 'c', running: false }]);
  await assert.rejects(t.images.remove(id, { names: ['a:1', 'a:2'] }), { code: 'in_use' });
  assert.deepEqual((await t.images.list())[0]?.references, ['a:1', 'a:2']);
  t.using.clear();
  assert.deepEqual((await t.images.remove(id, { names: ['a:2', 'a:1'] })).slice(0, 2), [
    { untagged: 'a:1' },
    { untagged: 'a:2' },
  ]);
  assert.deepEqual(await t.images.list(), []);
});

test('remove respects containers as Docker does', async () => {
  await using t = await makeBench();
  const { id } = await t.images.import({ source: stream('x'), reference: 'a' });
  const container = newContainerId();
  const [short, shortImage] = [container.slice(0, 12), id.slice(7, 19)];
  t.using.set(id, [{ id: container, name: 'c', running: false }]);
  await assert.rejects(t.images.remove('a'), {
    message: `conflict: unable to remove repository reference "a" (must force) - container ${short} is using its referenced image ${shortImage}`,
  });
  await assert.rejects(t.images.remove(id), {
    message: `conflict: unable to delete ${shortImage} (must be forced) - image is being used by stopped container ${short}`,
  });
  t.using.set(id, [{ id: container, name: 'c', running: true }]);
  await assert.rejects(t.images.remove(id, { force: true }), {
    message: `conflict: unable to delete ${shortImage} (cannot be forced) - image is being used by running container ${short}`,
  });
  assert.deepEqual(await t.images.remove('a', { force: true }), [{ untagged: 'a:latest' }]);
  assert.equal((await t.images.list()).length, 1);
  t.using.clear();
  assert.equal((await t.images.remove(id)).length, 2);
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});

/** Commits on top of an image without changing a file. */
async function commitOn(t: Awaited<ReturnType<typeof makeBench>>, parent: string, reference?: string) {
  return await t.images.commit({
    parent: parseDigest(parent),
    writeLayer: async (sink) => void sink.end(`on ${parent} as ${reference}`),
    process: {},
    createdBy: `make ${reference}`,
    reference,
  });
}

test('what an image was committed on stays until the last that was goes, and then goes with it', async () => {
  await using t = await makeBench();
  const base = await t.images.import({ source: stream('x'), reference: 'base' });
  const mid = await commitOn(t, base.id, 'mid');
  const top = await commitOn(t, mid.id, 'top');
  const side = await commitOn(t, base.id, 'side');
  assert.deepEqual([base.parent, mid.parent, top.parent, side.parent], [undefined, base.id, mid.id, base.id]);
  const refused = {
    code: 'in_use',
    message: /^conflict: unable to delete \w{12} \(cannot be forced\) - image has dependent/,
  };
  for (const force of [false, true]) await assert.rejects(t.images.remove(base.id, { force }), refused);
  for (const name of ['base', 'mid']) assert.deepEqual(await t.images.remove(name), [{ untagged: `${name}:latest` }]);
  const { ancestors } = await t.images.inspect('top');
  assert.deepEqual(
    ancestors,
    [mid, base].map(({ id }) => ({ id, references: [] })),
  );

  const takesParent = async () => true;
  const deletedOf = (items: RemovedItem[]) => items.flatMap((item) => ('deleted' in item ? [item.deleted] : []));
  const first = deletedOf(await t.images.remove('top', { takesParent }));
  assert.deepEqual([first.includes(mid.id), first.includes(base.id)], [true, false]);
  assert.ok(deletedOf(await t.images.remove('side', { takesParent })).includes(base.id));
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});

test('what an image was committed on stays where nobody may take it along, and prune takes both', async () => {
  await using t = await makeBench();
  const base = await t.images.import({ source: stream('x') });
  await commitOn(t, base.id, 'one');
  await t.images.remove('one', { takesParent: async () => false });
  await commitOn(t, base.id, 'two');
  await t.images.remove('two');
  assert.deepEqual(
    (await t.images.list()).map(({ id }) => id),
    [base.id],
  );
  await commitOn(t, base.id);
  assert.equal((await t.images.prune()).removed.filter((item) => 'deleted' in item).length, 4);
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
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

test('whoever removes an image while its archive is loaded waits for all of its platforms, and takes them', async () => {
  await using t = await makeBench();
  const config = configOf(['l'], { architecture: 'riscv64' });
  const archive = dockerArchive([
    { tags: ['a:1'], layers: ['l'] },
    { tags: ['a:1'], layers: ['l'], config },
  ]);
  const { save } = t.store;
  let removal: Promise<RemovedItem[]> | undefined;
  t.store.save = async (...row) => {
    await save(...row);
    removal ??= t.images.remove('a:1');
  };
  const loaded = await t.images.load({ source: stream(archive) });
  assert.equal(loaded.length, 2);
  const removed = await removal;
  assert.equal(removed?.filter((item) => 'deleted' in item && loaded.some(({ id }) => id === item.deleted)).length, 2);
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});

test('what a failed load held is let go, also when its files cannot be removed', async () => {
  await using t = await makeBench();
  const begin = t.content.begin.bind(t.content);
  t.content.begin = async () => {
    const ingest = await begin();
    ingest.abort = () => Promise.reject(new Error('input/output error'));
    return ingest;
  };
  const config = configOf(['fine', 'other']);
  const archive = dockerArchive([{ tags: ['a:1'], layers: ['fine', 'wrong'], config }]);
  await assert.rejects(t.images.load({ source: stream(archive) }));
  t.content.begin = begin;
  await t.images.collect();
  assert.deepEqual(await t.count(), { blobs: 0, layers: 0 });
});
