import { EngineError } from '../errors/index.ts';
import type { Clock, KeyedLock } from '../lib/index.ts';
import { failpoint } from '../lib/index.ts';
import { chainIds, type Digest, type ImageConfig, type ImageManifest, MEDIA_TYPES, parseDiffId } from '../oci/index.ts';
import { normalizeReference, parseReference } from '../reference/index.ts';
import type { StoredLayer } from './image-blobs.ts';
import type { BeforeReplace, ImageRecord, ImageStore, ImageVariants } from './image-service.ts';
import type { LayerSession } from './layer-session.ts';
import type { LayerVault } from './layer-vault.ts';
import { variantsOf } from './variants.ts';

/** What makes an image besides its layers' bytes. */
interface ImageParts {
  config: ImageConfig;
  configBytes: Buffer;
  /** As it came; undefined where ours has to be written. */
  manifestBytes: Buffer | undefined;
  layers: StoredLayer[];
}

/** A name of several platforms. */
interface NamedVariants {
  reference: string;
  /** What it means without further words. */
  imageId: Digest;
  variants: ImageVariants;
}

interface SaveOptions {
  variants?: readonly NamedVariants[];
  signal?: AbortSignal | undefined;
  beforeReplace?: BeforeReplace | undefined;
}

interface Deps {
  store: ImageStore;
  clock: Clock;
  locks: KeyedLock;
  vault: Pick<LayerVault, 'noteLeftovers'>;
}

/** The last steps of everything that makes an image: configuration, manifest, row. */
export class ImageWriter {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Stores the documents and gives the row that `save` makes visible. */
  async record(
    session: LayerSession,
    image: ImageParts,
    source: ImageRecord['source'],
    parent?: Digest,
  ): Promise<ImageRecord> {
    const { config, configBytes, layers } = image;
    await session.settle();
    const id = await session.addBlob(configBytes);
    const manifestDigest = await session.addBlob(image.manifestBytes ?? manifestOf(id, configBytes.length, layers));
    await failpoint('image.config');
    const known = await this.#deps.store.get(id);
    const below = known?.parent ?? parent;
    const created = new Date(config.created ?? 0);
    return {
      id,
      manifestDigest,
      layers,
      platform: {
        os: config.os,
        architecture: config.architecture,
        ...(config.variant !== undefined && { variant: config.variant }),
      },
      chainId: chainIds(layers.map((layer) => parseDiffId(layer.diffId))).at(-1),
      config,
      sizeBytes: layers.reduce((sum, layer) => sum + layer.unpackedBytes, 0),
      source: known?.source ?? source,
      ...(below !== undefined && { parent: below }),
      createdAt: Number.isNaN(created.getTime()) ? new Date(0) : created,
      addedAt: known?.addedAt ?? this.#deps.clock(),
    };
  }

  /**
   * Makes images visible with their names, all in one turn: whoever removes one of them meanwhile waits for the last.
   * Cancelling has no effect any more once the first is there.
   */
  async save(
    images: readonly { record: ImageRecord; references: readonly string[] }[],
    { variants = [], signal, beforeReplace }: SaveOptions = {},
  ): Promise<void> {
    const { store, clock, locks } = this.#deps;
    using _lock = await locks.acquire('names', signal);
    if (signal?.aborted) {
      throw new EngineError('cancelled', 'Adding the image was cancelled', {}, { cause: signal.reason });
    }
    for (const reference of new Set(images.flatMap(({ references }) => references))) {
      const named = images.filter(({ references }) => references.includes(reference));
      const ids = named.map(({ record }) => record.id);
      await this.askToReplace(reference, ids, beforeReplace);
    }
    for (const { record, references } of images) {
      for (const reference of references) await this.noteReplaced(reference);
      await store.save(record, references);
      await failpoint('image.saved');
    }
    for (const { reference, imageId, variants: all } of variants) await store.setTag(reference, imageId, clock(), all);
  }

  /** The images that lose the name when it leads to `ids` from now on. */
  async askToReplace(reference: string, ids: readonly Digest[], ask: BeforeReplace | undefined): Promise<void> {
    if (ask === undefined) return;
    const tag = await this.#deps.store.getTag(reference);
    if (tag === undefined) return;
    for (const { id } of await variantsOf(this.#deps.store, tag)) if (!ids.includes(id)) await ask(id);
  }

  /** What a name that is given again led to beside images is collected later. */
  async noteReplaced(reference: string): Promise<void> {
    const { store, vault } = this.#deps;
    if ((await store.getTag(reference))?.variants !== undefined) vault.noteLeftovers();
  }
}

/** The name an image is to have. @throws EngineError `invalid_argument` */
export function tagOf(text: string): string {
  const reference = parseReference(text);
  if (reference.digest !== undefined) {
    throw new EngineError('invalid_argument', 'refusing to create a tag with a digest reference', {
      reason: 'reference_invalid',
      reference: text,
    });
  }
  return normalizeReference(reference);
}

function manifestOf(id: Digest, sizeBytes: number, layers: readonly StoredLayer[]): Buffer {
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: { mediaType: MEDIA_TYPES.ociConfig, digest: id, size: sizeBytes },
    layers: layers.map((layer) => ({ mediaType: layer.mediaType, digest: layer.digest, size: layer.sizeBytes })),
  };
  return Buffer.from(JSON.stringify(manifest));
}
