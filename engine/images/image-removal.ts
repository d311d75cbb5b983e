import type { ContentStore } from '../content/index.ts';
import { isEngineError } from '../errors/index.ts';
import type { Caller } from '../events/index.ts';
import { failpoint, type KeyedLock, type Logger, openStep, type ProgressOptions } from '../lib/index.ts';
import type { Digest } from '../oci/index.ts';
import type { Snapshotter } from '../snapshots/index.ts';
import { blobsOf, chainsOf } from './image-blobs.ts';
import type {
  ImageCall,
  ImagePruneFilter,
  ImageRecord,
  ImageService,
  ImageStore,
  ImageSummary,
  ImageTag,
  ImageUsers,
  PrunedImages,
} from './image-service.ts';
import { blobsOfName, othersOf } from './kept-manifests.ts';
import type { LayerVault } from './layer-vault.ts';
import { imagesToPrune } from './prune-images.ts';
import { removedItems, removeImageRows } from './remove-image.ts';
import { type ResolvedImage, resolveImage } from './resolve-image.ts';
import { variantsOf } from './variants.ts';

export interface ImageRemovalDeps {
  content: ContentStore;
  snapshots: Snapshotter;
  store: ImageStore;
  users: ImageUsers;
  vault: LayerVault;
  locks: KeyedLock;
  log: Logger;
  list(): Promise<ImageSummary[]>;
  publish(action: string, image: ImageRecord, name: string, caller: Caller | undefined): void;
}

type RemoveOptions = NonNullable<Parameters<ImageService['remove']>[1]>;

/** How images go: their names and rows first, then the layers and blobs that nothing else uses. */
export class ImageRemoval {
  readonly #deps: ImageRemovalDeps;

  constructor(deps: ImageRemovalDeps) {
    this.#deps = deps;
  }

  /** A name of several platforms takes all of them along that have no other. */
  async remove(nameOrId: string, opts: RemoveOptions): Promise<PrunedImages> {
    const { store, users } = this.#deps;
    if (opts.platform !== undefined) {
      const { image, tag } = await resolveImage(store, nameOrId, { platform: opts.platform });
      const all = tag === undefined ? [] : await variantsOf(store, tag);
      if (all.length > 1) return (await this.#removeOne(image.id, opts)).done;
    }
    const { done, resolved } = await this.#removeOne(nameOrId, opts);
    const { tag, image } = resolved;
    if ((await store.get(image.id)) === undefined) add(done, await this.#removeParents(image, opts));
    const { variants } = tag ?? {};
    if (variants === undefined || tag === undefined || (await store.getTag(tag.reference)) !== undefined) return done;
    for (const id of variants.imageIds) {
      if ((await store.get(id)) === undefined || (await this.#isNamed(id))) continue;
      // One that a container uses stays, without a name.
      if (opts.force !== true && (await users.containersOf(id)).length > 0) continue;
      const rest = { ...opts, force: opts.force === true, names: [] };
      add(done, (await this.#unlessTaken(() => this.#removeOne(id, rest)))?.done);
    }
    return done;
  }

  /** What an image that went was committed on top of, as long as it was only there for that. */
  async #removeParents(
    { parent }: ImageRecord,
    { takesParent, force: _, ...opts }: RemoveOptions,
  ): Promise<PrunedImages> {
    const done: PrunedImages = { removed: [], freedBytes: 0 };
    for (let id = parent; id !== undefined && takesParent !== undefined; ) {
      const image = await this.#deps.store.get(id);
      if (image === undefined || !(await takesParent(image.id))) break;
      // With a name, a container or another child it is refused, and nobody asked for it.
      const gone = await this.#unlessTaken(() => this.#removeOne(image.id, { ...opts, names: [] }));
      if (gone === undefined) break;
      add(done, gone.done);
      id = image.parent;
    }
    return done;
  }

  async prune(filter: ImagePruneFilter, opts: ImageCall & ProgressOptions): Promise<PrunedImages> {
    const pruned: PrunedImages = { removed: [], freedBytes: 0 };
    for (const { id, references } of imagesToPrune(await this.#deps.list(), filter)) {
      if (opts.signal?.aborted) break;
      const step = openStep(opts, { id, kind: 'remove', name: references[0] ?? id });
      const gone = await this.#unlessTaken(() => this.#removeOne(id, { names: references, ...opts }));
      step.end(gone === undefined ? 'kept' : 'done', gone?.done.freedBytes);
      add(pruned, gone?.done);
    }
    return pruned;
  }

  async collect() {
    const { content, snapshots, vault, log } = this.#deps;
    const blobs = await Array.fromAsync(content.list());
    const layers = (await snapshots.list()).filter((row) => row.kind === 'committed' && row.state === 'ready');
    // A layer is always younger than the one below it.
    layers.sort((a, b) => b.key - a.key);
    const chains = layers.flatMap(({ chainId, sizeBytes }) => (chainId === undefined ? [] : [{ chainId, sizeBytes }]));
    const done = await vault.removeUnused({ blobs, chains });
    if (done.blobs + done.layers > 0) log.info(done, 'unused image data removed');
    return done;
  }

  async repair(): Promise<void> {
    const { vault } = this.#deps;
    if (!vault.takeLeftovers()) return;
    try {
      await this.collect();
    } catch (error) {
      vault.noteLeftovers();
      throw error;
    }
  }

  /** Undefined when it came into use, got another name or went since it was chosen. */
  async #unlessTaken<T>(remove: () => Promise<T>): Promise<T | undefined> {
    try {
      return await remove();
    } catch (error) {
      // Between the look and the removal a container or another name took it up, or somebody else removed it.
      if (!isEngineError(error) || !['in_use', 'conflict', 'not_found'].includes(error.code)) throw error;
      return undefined;
    }
  }

  async #isNamed(id: Digest): Promise<boolean> {
    return (await this.#deps.store.listTags()).some((tag) => leadsTo(tag, id));
  }

  /** `resolved`: what the name meant in that moment. */
  async #removeOne(nameOrId: string, opts: RemoveOptions): Promise<{ done: PrunedImages; resolved: ResolvedImage }> {
    const { store, locks, vault } = this.#deps;
    using _lock = await locks.acquire('names', opts.signal);
    const resolved = await resolveImage(store, nameOrId);
    const tags = (await store.listTags()).filter((tag) => leadsTo(tag, resolved.image.id));
    const removal = await removeImageRows(this.#deps, resolved, nameOrId, opts);
    try {
      const done = await this.#dropLayers(resolved.image, removal, opts.actor);
      done.freedBytes += await this.#dropOthers(tags);
      return { done, resolved };
    } catch (error) {
      vault.noteLeftovers();
      throw error;
    }
  }

  /** Its rows are gone by now. */
  async #dropLayers(
    image: ImageRecord,
    removal: Awaited<ReturnType<typeof removeImageRows>>,
    caller: Caller | undefined,
  ): Promise<PrunedImages> {
    const { vault, snapshots, publish } = this.#deps;
    for (const _name of removal.untagged) publish('untag', image, image.id, caller);
    await failpoint('image.row-gone');
    if (!removal.deleted) return { removed: removedItems(image, removal, []), freedBytes: 0 };
    const before = chainsOf(image);
    await vault.removeUnused({
      blobs: blobsOf(image).map((digest) => ({ digest, sizeBytes: 0 })),
      chains: before.map((chainId) => ({ chainId, sizeBytes: 0 })).reverse(),
    });
    await failpoint('image.layers-gone');
    const gone: string[] = [];
    let freedBytes = 0;
    for (const [at, chain] of before.entries()) {
      if ((await snapshots.find(chain)) !== undefined) continue;
      gone.push(chain);
      freedBytes += image.layers[at]?.unpackedBytes ?? 0;
    }
    publish('delete', image, image.id, caller);
    return { removed: removedItems(image, removal, gone), freedBytes };
  }

  /** Indexes, attestations and the like, once no name leads through them. Bytes of what went, indexes not counted. */
  async #dropOthers(tags: readonly ImageTag[]): Promise<number> {
    const { content, vault } = this.#deps;
    const digests = [...new Set(tags.flatMap(({ variants }) => blobsOfName(variants)))];
    if (digests.length === 0) return 0;
    await vault.removeUnused({ blobs: digests.map((digest) => ({ digest, sizeBytes: 0 })), chains: [] });
    const counted = new Map(tags.flatMap(({ variants }) => othersOf(variants)).map((blob) => [blob.digest, blob]));
    let bytes = 0;
    for (const { digest, sizeBytes } of counted.values()) {
      if ((await content.info(digest)) === undefined) bytes += sizeBytes;
    }
    return bytes;
  }
}

function leadsTo({ imageId, variants }: ImageTag, id: Digest): boolean {
  return imageId === id || variants?.imageIds.includes(id) === true;
}

function add(sum: PrunedImages, more: PrunedImages | undefined): void {
  if (more === undefined) return;
  sum.removed.push(...more.removed);
  sum.freedBytes += more.freedBytes;
}
