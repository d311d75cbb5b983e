import type { ContentStore } from '../content/index.ts';
import type { LayerApplier } from '../diff/index.ts';
import { isEngineError } from '../errors/index.ts';
import { KeyedLock } from '../lib/index.ts';
import type { ChainId, Digest } from '../oci/index.ts';
import type { Snapshotter } from '../snapshots/index.ts';
import { blobsOf, chainsOf } from './image-blobs.ts';
import type { ImageStore } from './image-service.ts';
import { blobsOfName } from './kept-manifests.ts';
import { LayerSession } from './layer-session.ts';

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
