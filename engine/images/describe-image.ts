import type { ContentStore } from '../content/index.ts';
import { shortId } from '../lib/index.ts';
import { type ChainId, type Descriptor, type Digest, type HistoryEntry, MEDIA_TYPES } from '../oci/index.ts';
import { familiarName, familiarReference, parseReference } from '../reference/index.ts';
import { chainsOf } from './image-blobs.ts';
import type {
  ImageDetail,
  ImageManifestInfo,
  ImageRecord,
  ImageSummary,
  ImagesUsage,
  ImageTag,
  ImageUsers,
  KeptManifest,
} from './image-service.ts';
import { othersOf, speaksOf } from './kept-manifests.ts';
import { asObject } from './parse-image-json.ts';
import { parseStrictJson } from './strict-json.ts';

/** Everything stored about images at one moment, for the views that compare images with each other. */
export class ImageCatalogue {
  readonly #images: readonly ImageRecord[];
  readonly #tags: readonly ImageTag[];
  readonly #users = new Map<ChainId, ImageRecord[]>();
  readonly #byId: ReadonlyMap<Digest, ImageRecord>;
  readonly #children = new Map<Digest, Digest[]>();

  constructor(images: readonly ImageRecord[], tags: readonly ImageTag[]) {
    this.#images = images;
    this.#tags = tags;
    this.#byId = new Map(images.map((image) => [image.id, image]));
    for (const image of images) {
      const { parent } = image;
      if (parent !== undefined) this.#children.set(parent, [...(this.#children.get(parent) ?? []), image.id]);
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
      parent: this.#parentOf(image)?.id,
      children: [...(this.#children.get(image.id) ?? [])],
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
        createdAt: momentOf(makers[at]?.created),
        sharedWith: this.#othersWith(chains[at], image).map((other) => this.#displayName(other)),
      })),
      history,
      ancestors: this.#ancestorsOf(image),
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
    const others = new Map(
      this.#tags.flatMap(({ variants }) => othersOf(variants)).map(({ digest, sizeBytes }) => [digest, sizeBytes]),
    );
    return { totalBytes: sumOf(layers.values()) + sumOf(others.values()), images };
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
    return sumOf(going.values()) + this.#othersGoingWith(ids);
  }

  /** Manifests of an image: its own, and those that speak of it. */
  async manifests(image: ImageRecord, content: ContentStore, users: ImageUsers): Promise<ImageManifestInfo[]> {
    const bytes = await content.readAll(image.manifestDigest);
    const { mediaType } = asObject(parseStrictJson(bytes, image.manifestDigest), image.manifestDigest);
    const descriptor: Descriptor = {
      mediaType: typeof mediaType === 'string' ? mediaType : MEDIA_TYPES.ociManifest,
      digest: image.manifestDigest,
      size: bytes.length,
      platform: image.platform,
    };
    const configBytes = (await content.info(image.id))?.sizeBytes ?? 0;
    const own: ImageManifestInfo = {
      kind: 'image',
      descriptor,
      contentBytes: image.layers.reduce((sum, layer) => sum + layer.sizeBytes, bytes.length + configBytes),
      unpackedBytes: image.sizeBytes,
      usedBy: (await users.containersOf(image.id)).map(({ id }) => id),
    };
    const others = this.#tags.filter((tag) => isNamed(tag, image)).flatMap(({ variants }) => variants?.others ?? []);
    const attestations = others.filter((other) => speaksOf(other) === image.manifestDigest);
    const each = new Map(attestations.map((other) => [other.descriptor.digest, other]));
    return [own, ...[...each.values()].map(toAttestation)];
  }

  /** Attestations and the like of names that lose their last image. */
  #othersGoingWith(ids: ReadonlySet<string>): number {
    const there = new Set<string>(this.#images.map(({ id }) => id));
    const staying = new Set<string>();
    const going = new Map<string, number>();
    for (const { imageId, variants } of this.#tags) {
      const led = [imageId, ...(variants?.imageIds ?? [])].filter((id) => there.has(id));
      const stays = led.some((id) => !ids.has(id));
      for (const { digest, sizeBytes } of othersOf(variants)) {
        if (stays) staying.add(digest);
        else going.set(digest, sizeBytes);
      }
    }
    return sumOf([...going].filter(([digest]) => !staying.has(digest)).map(([, sizeBytes]) => sizeBytes));
  }

  #parentOf({ parent }: ImageRecord): ImageRecord | undefined {
    return parent === undefined ? undefined : this.#byId.get(parent);
  }

  #ancestorsOf(image: ImageRecord): ImageDetail['ancestors'] {
    const ancestors: ImageDetail['ancestors'] = [];
    for (let at = this.#parentOf(image); at !== undefined; at = this.#parentOf(at)) {
      const references = this.#namesOf(at).map((name) => familiarReference(name));
      ancestors.push({ id: at.id, references: references.sort() });
    }
    return ancestors;
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

function toAttestation({ descriptor, blobs }: KeptManifest): ImageManifestInfo {
  const contentBytes = sumOf(blobs.map(({ sizeBytes }) => sizeBytes));
  return { kind: 'attestation', descriptor, contentBytes, unpackedBytes: 0, usedBy: [] };
}

/** Histories come from foreign tools, and some hold no dates. */
function momentOf(text: string | undefined): Date | undefined {
  const at = new Date(text ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
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
