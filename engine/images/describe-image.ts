import { shortId } from '../lib/index.ts';
import type { ChainId, HistoryEntry } from '../oci/index.ts';
import { familiarName, familiarReference, parseReference } from '../reference/index.ts';
import type { ImageDetail, ImageRecord, ImageSummary, ImagesUsage, ImageTag, ImageUsers } from './image-service.ts';
import { chainsOf } from './layer-vault.ts';

/** Everything stored about images at one moment, for the views that compare images with each other. */
export class ImageCatalogue {
  readonly #images: readonly ImageRecord[];
  readonly #tags: readonly ImageTag[];
  readonly #users = new Map<ChainId, ImageRecord[]>();

  constructor(images: readonly ImageRecord[], tags: readonly ImageTag[]) {
    this.#images = images;
    this.#tags = tags;
    for (const image of images) {
      for (const chain of chainsOf(image)) this.#users.set(chain, [...(this.#users.get(chain) ?? []), image]);
    }
  }

  async summaries(users: ImageUsers): Promise<ImageSummary[]> {
    const list = await Promise.all(this.#images.map((image) => this.summary(image, users)));
    return list.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? -1 : 1));
  }

  async summary(image: ImageRecord, users: ImageUsers): Promise<ImageSummary> {
    const names = this.#namesOf(image);
    const repositories = new Set(names.map((name) => familiarName(parseReference(name))));
    const chains = chainsOf(image);
    return {
      id: image.id,
      references: names.map((name) => familiarReference(name)).sort(),
      // Only a registry gives a manifest a digest that others can ask for.
      repoDigests:
        image.source === 'pulled' ? [...repositories].map((name) => `${name}@${image.manifestDigest}`).sort() : [],
      createdAt: image.createdAt,
      addedAt: image.addedAt,
      sizeBytes: image.sizeBytes,
      uniqueBytes: image.layers.reduce(
        (sum, layer, at) => sum + (this.#othersWith(chains[at], image).length === 0 ? layer.unpackedBytes : 0),
        0,
      ),
      platform: image.platform,
      source: image.source,
      usedBy: await users.containersOf(image.id),
      layerCount: image.layers.length,
      labels: { ...image.config.config?.Labels },
    };
  }

  async detail(image: ImageRecord, users: ImageUsers): Promise<ImageDetail> {
    const chains = chainsOf(image);
    const history = historyWithSizes(image);
    const makers = history.filter((entry) => entry.empty_layer !== true);
    return {
      ...(await this.summary(image, users)),
      lastTaggedAt: this.#lastTaggedAt(image),
      manifestDigest: image.manifestDigest,
      config: image.config,
      layers: image.layers.map((layer, at) => ({
        digest: layer.digest,
        diffId: layer.diffId,
        sizeBytes: layer.sizeBytes,
        unpackedBytes: layer.unpackedBytes,
        createdBy: makers[at]?.created_by ?? '',
        sharedWith: this.#othersWith(chains[at], image).map((other) => this.#displayName(other)),
      })),
      history,
    };
  }

  async usage(users: ImageUsers): Promise<ImagesUsage> {
    const layers = new Map(
      this.#images.flatMap((image) =>
        chainsOf(image).map((chain, at) => [chain, image.layers[at]?.unpackedBytes ?? 0] as const),
      ),
    );
    const images = (await this.summaries(users)).map(({ id, references, sizeBytes, uniqueBytes, usedBy }) => ({
      id,
      references,
      sizeBytes,
      sharedBytes: sizeBytes - uniqueBytes,
      uniqueBytes,
      containers: usedBy.length,
    }));
    return { totalBytes: [...layers.values()].reduce((sum, bytes) => sum + bytes, 0), images };
  }

  /** What goes with these images: layers that no image outside of the set has, each once. */
  removalBytes(ids: ReadonlySet<string>): number {
    const going = new Map<ChainId, number>();
    for (const image of this.#images) {
      if (!ids.has(image.id)) continue;
      for (const [at, chain] of chainsOf(image).entries()) {
        const isKept = this.#users.get(chain)?.some((other) => !ids.has(other.id)) === true;
        if (!isKept) going.set(chain, image.layers[at]?.unpackedBytes ?? 0);
      }
    }
    return [...going.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #lastTaggedAt(image: ImageRecord): Date | undefined {
    const times = this.#tags.filter((tag) => isNamed(tag, image)).map((tag) => tag.updatedAt.getTime());
    return times.length === 0 ? undefined : new Date(Math.max(...times));
  }

  #othersWith(chain: ChainId | undefined, image: ImageRecord): ImageRecord[] {
    const all = chain === undefined ? [] : (this.#users.get(chain) ?? []);
    return all.filter((other) => other.id !== image.id);
  }

  #namesOf(image: ImageRecord): string[] {
    return this.#tags.filter((tag) => isNamed(tag, image)).map((tag) => tag.reference);
  }

  #displayName(image: ImageRecord): string {
    const [first] = this.#namesOf(image).sort();
    return first === undefined ? shortId(image.id) : familiarReference(first);
  }
}

/** By this name, perhaps beside other platforms. */
function isNamed(tag: ImageTag, { id }: ImageRecord): boolean {
  return tag.imageId === id || tag.variants?.imageIds.includes(id) === true;
}

/**
 * Entries that made a layer carry its size; they stand in the order of the layers. A layer that no entry tells of, as in
 * images that were flattened or written without history, has one of its own.
 */
function historyWithSizes(image: ImageRecord): (HistoryEntry & { sizeBytes: number })[] {
  const layers = image.layers.values();
  const told = (image.config.history ?? []).map((entry) => ({
    ...entry,
    sizeBytes: entry.empty_layer === true ? 0 : (layers.next().value?.unpackedBytes ?? 0),
  }));
  return [...told, ...layers.map(({ unpackedBytes }) => ({ sizeBytes: unpackedBytes }))];
}
