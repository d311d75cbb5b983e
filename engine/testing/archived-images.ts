import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createContentStore } from '../content/index.ts';
import type { ApplyLayerOptions, ArchiveEntry, LayerApplier } from '../diff/index.ts';
import { EngineError } from '../errors/index.ts';
import { EventBus } from '../events/index.ts';
import type { ImageUsers } from '../images/index.ts';
import { createImageService } from '../images/index.ts';
import { digestOf, parseDiffId, parseDigest } from '../oci/index.ts';
import { enginePaths } from '../paths.ts';
import { createSnapshotter } from '../snapshots/index.ts';
import { memoryImageStore } from './memory-image-store.ts';
import { memorySnapshotStore } from './memory-snapshot-store.ts';

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

/** The image service on real files, with stores in memory; `using` says which containers have an image, by its id. */
export async function makeBench() {
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

type ImageBench = Awaited<ReturnType<typeof makeBench>>;

export const stream = (text: string) => Readable.from([Buffer.from(text)]);

export function configOf(layers: string[], extra: object = {}): string {
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

/** As `docker save` writes it, in the form of archives here. */
export function dockerArchive(
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

/** An image with one more layer on another. */
export async function commitOn(t: ImageBench, parent: string, reference?: string) {
  return await t.images.commit({
    parent: parseDigest(parent),
    writeLayer: async (sink) => void sink.end(`on ${parent} as ${reference}`),
    process: {},
    createdBy: `make ${reference}`,
    reference,
  });
}
