import { link, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BlobInfo, Ingest } from '../content/index.ts';
import type { LayerApplier } from '../diff/index.ts';
import { EngineError } from '../errors/index.ts';
import { failpoint, type OpOptions } from '../lib/index.ts';
import { type ChainId, chainIds, type Descriptor, type DiffId, type Digest, digestOf } from '../oci/index.ts';
import { blobsOf, chainsOf, type StoredLayer } from './image-blobs.ts';
import type { ImageRecord } from './image-service.ts';
import type { ArchivedBlob } from './kept-manifests.ts';
import type { LayerVault } from './layer-vault.ts';
import { corruptImage } from './strict-json.ts';

interface AddLayer extends OpOptions {
  source: Parameters<LayerApplier['apply']>[0]['source'];
  parents: readonly DiffId[];
  /** What the image's configuration promises; none for an import. */
  diffId?: DiffId;
  descriptor?: Descriptor | undefined;
  /** `keep` for what was an image before, which is to be the same when it is saved; `gzip` for a layer that is new here. */
  compression: 'keep' | 'gzip';
  onProgress?: Parameters<LayerApplier['apply']>[0]['onProgress'];
  onReceived?: Parameters<LayerApplier['apply']>[0]['onReceived'];
}

/**
 * What somebody adds to the vault or keeps there, from its opening until it is disposed. One caller at a time: layers of an
 * image stand on each other.
 */
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
      onReceived: opts.onReceived,
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

  /** From the last to the first, each also when one before it has failed. */
  async #letGo(): Promise<void> {
    await using ending = new AsyncDisposableStack();
    ending.defer(() => this.#removeUnnamed());
    ending.defer(() => this.#release());
    for (const { ingest } of this.#waiting.values()) ending.defer(() => ingest.abort());
    this.#waiting.clear();
    // One that failed was told by `settle`, or what it wrote is not wanted any more.
    await this.#flushed.catch(() => undefined);
  }

  #release(): void {
    this.#lease[Symbol.dispose]();
    for (const chainId of this.#chains) this.#vault.hold(chainId, -1);
    this.#chains.clear();
  }

  async #removeUnnamed(): Promise<void> {
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
