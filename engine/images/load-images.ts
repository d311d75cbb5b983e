import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ContentStore } from '../content/index.ts';
import type { LayerApplier } from '../diff/index.ts';
import { EngineError, isEngineError } from '../errors/index.ts';
import { failpoint, openStep } from '../lib/index.ts';
import { type Digest, parseDiffId } from '../oci/index.ts';
import type { StoredLayer } from './image-blobs.ts';
import type { ImageRecord, ImageVariants, KeptManifest, LoadOptions } from './image-service.ts';
import type { ImageWriter } from './image-writer.ts';
import { progressOf } from './layer-progress.ts';
import type { LayerSession } from './layer-session.ts';
import type { LayerVault } from './layer-vault.ts';
import { type ArchivedImage, type ArchivedIndex, hostArchitecture, readArchive } from './read-archive.ts';
import { fitsPlatform } from './variants.ts';

interface Deps {
  content: ContentStore;
  applier: Pick<LayerApplier, 'unpackArchive'>;
  vault: LayerVault;
  writer: ImageWriter;
}

/** An image of an archive with the names it has there, normalised. */
interface Staged {
  record: ImageRecord;
  references: string[];
  /** Layers that were not here before. */
  layersNew: number;
}

type NamedPlatforms = ReadonlyMap<string, { images: readonly ImageRecord[]; index: ArchivedIndex | undefined }>;

/**
 * The images of an archive, which become visible when every one of them is proven good.
 *
 * @throws what `ImageService.load` throws
 */
export async function loadImages(deps: Deps, opts: LoadOptions): Promise<Staged[]> {
  await using scratch = await deps.content.begin();
  const folder = join(dirname(scratch.path), 'archive');
  await mkdir(folder, { mode: 0o700 });
  const reading = openStep(opts, { id: 'archive', kind: 'archive' });
  const entries = await deps.applier.unpackArchive({
    source: opts.source,
    target: folder,
    signal: opts.signal,
    onProgress: progressOf(reading, opts.totalBytes),
    onReceived: opts.onReceived,
  });
  await failpoint('load.unpacked');
  const archived = await readArchive(entries, opts.platform);
  reading.end();
  await using session = deps.vault.openSession();
  const staged: Staged[] = [];
  const told = new Set<Digest>();
  for (const image of archived) staged.push(await stageImage(deps, session, image, { ...opts, told }));
  const named = namedPlatforms(staged.map(({ record }, at) => ({ record, archived: archived[at] })));
  await keepIndexes(session, named);
  await failpoint('load.kept');
  const recording = openStep(opts, { id: 'record', kind: 'record' });
  const variants = [...named].map(([reference, { images, index }]) => ({
    reference,
    imageId: preferred(images),
    variants: toVariants(images, index),
  }));
  await deps.writer.save(staged, { variants, signal: opts.signal, beforeReplace: opts.beforeReplace });
  recording.end();
  return staged;
}

/** Layers and documents of one image, which no name leads to so far. */
async function stageImage(
  { writer }: Deps,
  session: LayerSession,
  image: ArchivedImage,
  opts: LoadOptions & { told: Set<Digest> },
): Promise<Staged> {
  const layers: StoredLayer[] = [];
  let layersNew = 0;
  for (const [at, archived] of image.layers.entries()) {
    const { digest } = archived;
    // A layer that several images of the archive share is one part of the work.
    const isTold = opts.told.has(digest);
    opts.told.add(digest);
    const step = openStep(isTold ? {} : opts, { id: digest, kind: 'unpack', name: digest });
    step.progress({ doneBytes: 0, totalBytes: archived.sizeBytes, step: digest });
    const diffIds = image.config.rootfs.diff_ids.slice(0, at + 1).map((text) => parseDiffId(text));
    const diffId = diffIds.pop();
    if (diffId === undefined)
      throw new EngineError('internal', 'A layer has no diffID', { reason: 'layer_count_mismatch' });
    const adding = session.addLayer({
      source: { path: archived.path, digest: archived.fileDigest },
      compression: 'keep',
      parents: diffIds,
      diffId,
      descriptor: archived.descriptor,
      signal: opts.signal,
      onProgress: progressOf(step, archived.sizeBytes),
    });
    const place = { number: at + 1, count: image.layers.length, digest };
    const added = await adding.catch((error: unknown) => {
      throw inLayer(error, place);
    });
    step.end(added.isNew ? 'done' : 'present', added.layer.sizeBytes);
    layers.push(added.layer);
    if (added.isNew) layersNew += 1;
  }
  const record = await writer.record(session, { ...image, layers }, 'loaded');
  return { record, references: image.references, layersNew };
}

/** Names that lead to several platforms, or to one through an index, which is to be the same when it is saved. */
function namedPlatforms(
  loaded: readonly { record: ImageRecord; archived: ArchivedImage | undefined }[],
): NamedPlatforms {
  const named = new Map<string, { images: ImageRecord[]; index: ArchivedIndex | undefined }>();
  for (const { record, archived } of loaded) {
    for (const reference of archived?.references ?? []) {
      const known = named.get(reference);
      // Of one platform the last one counts, as for names without an index.
      const others = (known?.images ?? []).filter(({ platform }) => !isDeepStrictEqual(platform, record.platform));
      const index = archived?.indexes.get(reference) ?? known?.index;
      named.set(reference, { images: [...others, record], index });
    }
  }
  return new Map([...named].filter(([, { images, index }]) => images.length > 1 || index !== undefined));
}

async function keepIndexes(session: LayerSession, named: NamedPlatforms): Promise<void> {
  for (const { index } of named.values()) {
    if (index === undefined) continue;
    await session.addBlob(index.bytes);
    for (const { blobs } of index.others) for (const blob of blobs) await session.addFile(blob);
  }
}

function toVariants(images: readonly ImageRecord[], index: ArchivedIndex | undefined): ImageVariants {
  return {
    ...(index !== undefined && { indexDigest: index.digest, ...keptOf(index) }),
    imageIds: images.map(({ id }) => id),
  };
}

/** What the row of a name says of an index; most lead to images alone. */
function keptOf({ others }: ArchivedIndex): { others?: KeptManifest[] } {
  if (others.length === 0) return {};
  return {
    others: others.map(({ kind, descriptor, blobs }) => ({
      kind,
      descriptor,
      blobs: blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    })),
  };
}

/** That of this host, else the first. */
function preferred(images: readonly ImageRecord[]): Digest {
  const own = { os: 'linux', architecture: hostArchitecture() };
  const image = images.find(({ platform }) => fitsPlatform(platform, own)) ?? images[0];
  if (image === undefined) throw new EngineError('internal', 'A name has no image', { reason: 'no_images' });
  return image.id;
}

/** Says which layer of the archive was refused. */
function inLayer(error: unknown, layer: { number: number; count: number; digest: Digest }): unknown {
  if (!isEngineError(error, 'data_corrupt') && !isEngineError(error, 'resource_exhausted')) return error;
  const message = `Layer ${layer.number} of ${layer.count} (${layer.digest}): ${error.message}`;
  return new EngineError(error.code, message, { ...error.details, layer: layer.digest }, { cause: error });
}
