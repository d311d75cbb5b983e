import type { Writable } from 'node:stream';
import type { ContentStore } from '../content/index.ts';
import { readLayerTar } from '../diff/index.ts';
import type { Descriptor, Digest, ImageManifest } from '../oci/index.ts';
import { digestOf, MEDIA_TYPES } from '../oci/index.ts';
import { familiarName, familiarReference, parseReference, tryParseReference } from '../reference/index.ts';
import { ArchiveWriter } from './archive-writer.ts';
import type { ImageRecord, ImageStore } from './image-service.ts';
import { resolveImage } from './resolve-image.ts';

/** One image of an archive with the full names it gets there; none when it was asked for by id. */
export interface SavedImage {
  image: ImageRecord;
  references: string[];
}

/**
 * What a list of names stands for, in Docker's way: a name without tag means every tag of its repository, an id the image
 * without its names.
 *
 * @throws EngineError `not_found`, `invalid_argument`
 */
export async function chooseImages(store: ImageStore, names: readonly string[]): Promise<SavedImage[]> {
  const chosen = new Map<Digest, SavedImage>();
  const tags = await store.listTags();
  const add = (image: ImageRecord, reference?: string) => {
    const entry = chosen.get(image.id) ?? { image, references: [] };
    if (reference !== undefined && !entry.references.includes(reference)) entry.references.push(reference);
    chosen.set(image.id, entry);
  };
  for (const name of names) {
    const reference = tryParseReference(name);
    const whole = reference !== undefined && reference.tag === undefined && reference.digest === undefined;
    const repository = whole ? `${reference.domain}/${reference.path}:` : undefined;
    const all = tags.filter((tag) => repository !== undefined && tag.reference.startsWith(repository));
    for (const tag of all) add((await resolveImage(store, tag.imageId)).image, tag.reference);
    if (all.length > 0) continue;
    const { image, by } = await resolveImage(store, name);
    const tagged = by === 'reference' && reference?.tag !== undefined ? reference : undefined;
    add(image, tagged && `${tagged.domain}/${tagged.path}:${tagged.tag}`);
  }
  return [...chosen.values()];
}

/** A layer as it stands in an archive: its uncompressed tar, whose digest is the diffID. */
interface MeasuredLayer {
  descriptor: Descriptor;
  path: string;
}

/**
 * Writes images as `docker save` does: blobs by digest with uncompressed layers, described by `manifest.json` and
 * `repositories` for Docker and by `index.json` for everybody else (OCI image-layout).
 *
 * @throws EngineError `data_corrupt` when a stored layer is damaged, `cancelled`
 */
export async function writeImages(
  out: Writable,
  images: readonly SavedImage[],
  opts: { content: ContentStore; signal?: AbortSignal | undefined },
): Promise<void> {
  const { content, signal } = opts;
  const writer = new ArchiveWriter(out, { mtime: new Date(0), signal });
  await writer.folder('blobs');
  await writer.folder('blobs/sha256');
  const written = new Map<string, MeasuredLayer>();
  const manifests: Descriptor[] = [];
  const list: object[] = [];
  const repositories: Record<string, Record<string, string>> = {};
  for (const { image, references } of images) {
    const layers: Descriptor[] = [];
    for (const layer of image.layers) {
      const measured =
        written.get(layer.diffId) ?? (await measureLayer(content.path(layer.digest), layer.diffId, signal));
      if (!written.has(layer.diffId)) await writeLayer(writer, measured);
      written.set(layer.diffId, measured);
      layers.push(measured.descriptor);
    }
    const config = await content.readAll(image.id);
    await writer.file(blobName(image.id), config);
    const manifest = manifestOf(image.id, config.length, layers);
    await writer.file(blobName(digestOf(manifest)), manifest);
    const described = {
      mediaType: MEDIA_TYPES.ociManifest,
      digest: digestOf(manifest),
      size: manifest.length,
      platform: image.platform,
    };
    const names = references.map((reference) => familiarReference(reference));
    if (references.length === 0) manifests.push(described);
    for (const reference of references) manifests.push({ ...described, annotations: annotationsOf(reference) });
    list.push({
      Config: blobName(image.id),
      RepoTags: names.length > 0 ? names : null,
      Layers: layers.map(({ digest }) => blobName(digest)),
      LayerSources: Object.fromEntries(layers.map((layer) => [layer.digest, layer])),
    });
    const top = layers.at(-1)?.digest.slice('sha256:'.length);
    for (const reference of references) {
      const { tag = '', ...parsed } = parseReference(reference);
      const name = familiarName(parsed);
      if (top !== undefined) repositories[name] = { ...repositories[name], [tag]: top };
    }
  }
  await writer.file('index.json', JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests }));
  await writer.file('manifest.json', JSON.stringify(list));
  await writer.file('oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  if (Object.keys(repositories).length > 0) await writer.file('repositories', JSON.stringify(repositories));
  await writer.end();
}

/** A tar header names the size first, and nobody keeps the size of an uncompressed layer: it is read twice. */
async function measureLayer(path: string, diffId: string, signal: AbortSignal | undefined): Promise<MeasuredLayer> {
  let size = 0;
  await readLayerTar(path, async (chunks) => {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      size += chunk.length;
    }
  });
  return { path, descriptor: { mediaType: MEDIA_TYPES.ociLayer, digest: diffId as Digest, size } };
}

async function writeLayer(writer: ArchiveWriter, { path, descriptor }: MeasuredLayer): Promise<void> {
  await writer.member(blobName(descriptor.digest), descriptor.size, (write) =>
    readLayerTar(path, async (chunks) => {
      for await (const chunk of chunks) await write(chunk);
    }),
  );
}

function manifestOf(id: Digest, size: number, layers: Descriptor[]): Buffer {
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: { mediaType: MEDIA_TYPES.ociConfig, digest: id, size },
    layers,
  };
  return Buffer.from(JSON.stringify(manifest));
}

function annotationsOf(reference: string): Record<string, string> {
  return {
    'io.containerd.image.name': reference,
    'org.opencontainers.image.ref.name': parseReference(reference).tag ?? '',
  };
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
