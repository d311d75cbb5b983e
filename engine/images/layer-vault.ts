import { link, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BlobInfo, ContentStore, Ingest } from '../content/index.ts';
import type { LayerApplier } from '../diff/index.ts';
import { EngineError, isEngineError } from '../errors/index.ts';
import { failpoint, KeyedLock, type OpOptions } from '../lib/index.ts';
import {
  type ChainId,
  chainIds,
  type Descriptor,
  type DiffId,
  type Digest,
  digestOf,
  parseDiffId,
} from '../oci/index.ts';
import type { Snapshotter } from '../snapshots/index.ts';
import type { ImageRecord, ImageStore } from './image-service.ts';
import { type ArchivedBlob, blobsOfName } from './kept-manifests.ts';
import { corruptImage } from './strict-json.ts';

export type StoredLayer = ImageRecord['layers'][number];

interface Deps {
  content: ContentStore;
  snapshots: Snapshotter;
  applier: Pick<LayerApplier, 'apply' | 'unpackArchive'>;
  store: ImageStore;
}

/**
 * Blobs and layers of images. What a session adds is kept from collection while the session lives and, unless an image
 * names it by then, removed when it is disposed: so a failed load leaves nothing, and two loads may share their layers.
 */
export class LayerVault {
  readonly deps: Deps;
  readonly #lock = new KeyedLock();
  readonly #held = new Map<ChainId, number>();
  #hasLeftovers = false;

  constructor(deps: Deps) {
    this.deps = deps;
  }

  /** A removal failed half way: the next collection takes what it left. */
  noteLeftovers(): void {
    this.#hasLeftovers = true;
  }

  /** True once after `noteLeftovers`. */
  takeLeftovers(): boolean {
    const has = this.#hasLeftovers;
    this.#hasLeftovers = false;
    return has;
  }

  openSession(): LayerSession {
    return new LayerSession(this);
  }

  /** Between a look at what is used and the removal of the rest nothing may be added. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    using _lock = await this.#lock.acquire('collect');
    return await work();
  }

  hold(chainId: ChainId, step: 1 | -1): void {
    const count = (this.#held.get(chainId) ?? 0) + step;
    if (count > 0) this.#held.set(chainId, count);
    else this.#held.delete(chainId);
  }

  /** Removes those of the candidates that neither an image nor a session uses. Chains come topmost first. */
  async removeUnused(candidates: {
    blobs: readonly { digest: Digest; sizeBytes: number }[];
    chains: readonly { chainId: ChainId; sizeBytes: number }[];
  }): Promise<{ blobs: number; layers: number; freedBytes: number }> {
    return this.exclusively(async () => {
      const images = await this.deps.store.list();
      const ofNames = (await this.deps.store.listTags()).flatMap(({ variants }) => blobsOfName(variants));
      const usedBlobs = new Set([...images.flatMap(blobsOf), ...ofNames]);
      const usedChains = new Set(images.flatMap(chainsOf));
      const done = { blobs: 0, layers: 0, freedBytes: 0 };
      for (const { chainId, sizeBytes } of candidates.chains) {
        if (usedChains.has(chainId) || this.#held.has(chainId) || !(await this.#removeLayer(chainId))) continue;
        done.layers += 1;
        done.freedBytes += sizeBytes;
      }
      for (const { digest, sizeBytes } of candidates.blobs) {
        if (usedBlobs.has(digest) || this.deps.content.isLeased(digest)) continue;
        if (!(await this.deps.content.delete(digest))) continue;
        done.blobs += 1;
        done.freedBytes += sizeBytes;
      }
      return done;
    });
  }

  async #removeLayer(chainId: ChainId): Promise<boolean> {
    try {
      return await this.deps.snapshots.removeLayer(chainId);
    } catch (error) {
      // A container or a build still stands on it: the next collection takes it.
      if (isEngineError(error, 'in_use')) return false;
      throw error;
    }
  }
}

export function blobsOf(image: ImageRecord): Digest[] {
  return [image.id, image.manifestDigest, ...image.layers.map((layer) => layer.digest)];
}

export function chainsOf(image: ImageRecord): ChainId[] {
  return chainIds(image.layers.map((layer) => parseDiffId(layer.diffId)));
}

interface AddLayer extends OpOptions {
  source: Parameters<LayerApplier['apply']>[0]['source'];
  parents: readonly DiffId[];
  /** What the image's configuration promises; none for an import. */
  diffId?: DiffId;
  descriptor?: Descriptor | undefined;
  /** `keep` for what was an image before, which is to be the same when it is saved; `gzip` for a layer that is new here. */
  compression: 'keep' | 'gzip';
  onProgress?: Parameters<LayerApplier['apply']>[0]['onProgress'];
}

export class LayerSession implements AsyncDisposable {
  readonly #vault: LayerVault;
  readonly #lease;
  readonly #chains = new Set<ChainId>();
  readonly #layers: StoredLayer[] = [];
  readonly #kept: ImageRecord[] = [];
  readonly #addedBlobs: { digest: Digest; sizeBytes: number }[] = [];
  readonly #addedChains: { chainId: ChainId; sizeBytes: number }[] = [];
  /** Blobs of layers that wait for their place until all of them are on the disk. */
  readonly #waiting = new Map<Digest, { ingest: Ingest; known: BlobInfo }>();
  /** What is being written to the disk beside the unpacking, one file after the other. */
  #flushed: Promise<void> = Promise.resolve();

  constructor(vault: LayerVault) {
    this.#vault = vault;
    this.#lease = vault.deps.content.lease();
  }

  /** Keeps all of an image that exists. @throws EngineError `not_found` when it was removed meanwhile */
  async keepImage(id: Digest): Promise<ImageRecord> {
    return this.#vault.exclusively(async () => {
      const image = await this.#vault.deps.store.get(id);
      if (image === undefined) {
        throw new EngineError('not_found', `No such image: ${id}`, { reason: 'image_not_found', image: id });
      }
      for (const digest of blobsOf(image)) this.#lease.hold(digest);
      for (const chainId of chainsOf(image)) this.#holdChain(chainId);
      this.#kept.push(image);
      return image;
    });
  }

  /** Keeps a blob that an image's name leads through. */
  async keepBlob(digest: Digest): Promise<void> {
    await this.#vault.exclusively(async () => this.#lease.hold(digest));
    this.#addedBlobs.push({ digest, sizeBytes: 0 });
  }

  async addBlob(bytes: Uint8Array): Promise<Digest> {
    const { content } = this.#vault.deps;
    const digest = digestOf(bytes);
    await this.#vault.exclusively(async () => this.#lease.hold(digest));
    if ((await content.info(digest)) !== undefined) return digest;
    this.#addedBlobs.push(await content.put(bytes));
    return digest;
  }

  /** A file of an archive that is to be kept as it is; it may be large, and is not copied. */
  async addFile({ digest, sizeBytes, path, fileDigest }: ArchivedBlob): Promise<void> {
    const { content } = this.#vault.deps;
    await this.#vault.exclusively(async () => this.#lease.hold(digest));
    if ((await content.info(digest)) !== undefined) return;
    await using ingest = await content.begin();
    await link(path, ingest.path);
    // One named by another algorithm is hashed once more.
    const known = fileDigest === digest ? { digest, sizeBytes } : undefined;
    this.#addedBlobs.push(await ingest.commit({ digest, sizeBytes }, known));
  }

  async addLayer(opts: AddLayer): Promise<{ layer: StoredLayer; isNew: boolean }> {
    const { content, snapshots, applier } = this.#vault.deps;
    const chain = opts.diffId === undefined ? undefined : chainIds([...opts.parents, opts.diffId]).at(-1);
    const known = chain === undefined ? undefined : await this.#findKnown(chain, opts);
    if (chain !== undefined && known !== undefined && (await snapshots.find(chain)) !== undefined) {
      return { layer: known, isNew: false };
    }
    await using undo = new AsyncDisposableStack();
    const ingest = known === undefined ? undo.use(await content.begin()) : undefined;
    await using pending = await snapshots.prepareLayer(chainIds(opts.parents).at(-1));
    const { descriptor } = opts;
    if (ingest !== undefined && !(opts.source instanceof Readable)) this.#flush(opts.source.path);
    const applied = await applier.apply({
      source: opts.source,
      target: pending.dir,
      lowerDirs: pending.lowerDirs,
      ...(ingest !== undefined && {
        blob: { path: ingest.path, compression: opts.compression },
      }),
      expect: {
        ...(opts.diffId !== undefined && { diffId: opts.diffId }),
        ...(descriptor?.digest.startsWith('sha256:') && { digest: descriptor.digest }),
        ...(descriptor !== undefined && { sizeBytes: descriptor.size }),
      },
      signal: opts.signal,
      ...(opts.onProgress !== undefined && { onProgress: opts.onProgress }),
    });
    await failpoint('layer.applied');
    if (opts.diffId !== undefined && applied.diffId !== opts.diffId) {
      throw corruptImage(`The layer has the diffID ${applied.diffId} and not ${opts.diffId}`, 'diff_id_mismatch');
    }
    const digest = known?.digest ?? descriptor?.digest ?? applied.digest;
    const chainId = chainIds([...opts.parents, applied.diffId]).at(-1);
    if (chainId === undefined) throw corruptImage('The layer has no diffID', 'diff_id_mismatch');
    const layer: StoredLayer = known ?? {
      digest,
      sizeBytes: applied.sizeBytes,
      mediaType: applied.mediaType,
      diffId: applied.diffId,
      unpackedBytes: applied.unpackedBytes,
    };
    if (opts.signal?.aborted) {
      throw new EngineError('cancelled', 'Adding the layer was cancelled', {}, { cause: opts.signal.reason });
    }
    await this.#vault.exclusively(async () => {
      this.#keep(chainId, digest);
      const isNew = (await snapshots.find(chainId)) === undefined;
      await pending.commit({ chainId, diffId: applied.diffId, sizeBytes: applied.unpackedBytes });
      if (isNew) this.#addedChains.unshift({ chainId, sizeBytes: applied.unpackedBytes });
      await failpoint('layer.committed');
    });
    if (ingest !== undefined && !this.#waiting.has(digest)) {
      this.#waiting.set(digest, { ingest, known: { digest: applied.digest, sizeBytes: applied.sizeBytes } });
      undo.move();
    }
    this.#layers.push(layer);
    return { layer, isNew: true };
  }

  /** Makes what was added outlive a crash: to be called before an image names it. One sync for all is as fast as for one. */
  async settle(): Promise<void> {
    const { content, snapshots } = this.#vault.deps;
    await this.#flushed;
    await snapshots.settle();
    await failpoint('layer.synced');
    const place = async (digest: Digest, { ingest, known }: { ingest: Ingest; known: BlobInfo }) => {
      const isNew = (await content.info(digest)) === undefined;
      await ingest.commit({ digest, sizeBytes: known.sizeBytes }, known);
      if (isNew) this.#addedBlobs.push({ digest, sizeBytes: known.sizeBytes });
      this.#waiting.delete(digest);
      await failpoint('layer.blob');
    };
    // Together: what one writes to the disk's journal is written with the others'.
    const placed = await this.#vault.exclusively(() =>
      Promise.allSettled([...this.#waiting].map(([digest, blob]) => place(digest, blob))),
    );
    const failed = placed.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Gives up the holds; what no image names by now goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#letGo();
    } catch (error) {
      this.#vault.noteLeftovers();
      throw error;
    }
  }

  async #letGo(): Promise<void> {
    // One that failed was told by `settle`, or what it wrote is not wanted any more.
    await this.#flushed.catch(() => undefined);
    for (const { ingest } of this.#waiting.values()) await ingest.abort();
    this.#waiting.clear();
    this.#lease[Symbol.dispose]();
    for (const chainId of this.#chains) this.#vault.hold(chainId, -1);
    this.#chains.clear();
    // What was kept while somebody removed its image goes now.
    const kept = {
      blobs: this.#kept.flatMap(blobsOf).map((digest) => ({ digest, sizeBytes: 0 })),
      chains: this.#kept.flatMap((image) => chainsOf(image).reverse()).map((chainId) => ({ chainId, sizeBytes: 0 })),
    };
    if (this.#addedBlobs.length + this.#addedChains.length + this.#kept.length === 0) return;
    await this.#vault.removeUnused({
      blobs: [...this.#addedBlobs, ...kept.blobs],
      chains: [...this.#addedChains, ...kept.chains],
    });
  }

  /**
   * A file that becomes a blob goes to the disk while its layer is unpacked, so that little is left for the sync of all. Its
   * failure counts: the disk tells each only once.
   */
  #flush(path: string): void {
    const before = this.#flushed;
    const flush = async () => {
      await before;
      await using file = await open(path, 'r');
      await file.datasync();
    };
    this.#flushed = flush();
    // `settle` waits for it; until then nobody does.
    this.#flushed.catch(() => undefined);
  }

  /** A pair of blob and diffID that was verified before; a claim of the archive alone is not enough. */
  #findKnown(chain: ChainId, opts: AddLayer): Promise<StoredLayer | undefined> {
    return this.#vault.exclusively(async () => {
      const images = await this.#vault.deps.store.list();
      const known = [...this.#layers, ...images.flatMap((image) => image.layers)].find(
        (layer) =>
          layer.diffId === opts.diffId && (opts.descriptor === undefined || layer.digest === opts.descriptor.digest),
      );
      const isStored = async ({ digest }: StoredLayer) =>
        this.#waiting.has(digest) || (await this.#vault.deps.content.info(digest)) !== undefined;
      if (known === undefined || !(await isStored(known))) return undefined;
      this.#keep(chain, known.digest);
      return known;
    });
  }

  #keep(chainId: ChainId, digest: Digest): void {
    this.#lease.hold(digest);
    this.#holdChain(chainId);
  }

  #holdChain(chainId: ChainId): void {
    if (this.#chains.has(chainId)) return;
    this.#chains.add(chainId);
    this.#vault.hold(chainId, 1);
  }
}
