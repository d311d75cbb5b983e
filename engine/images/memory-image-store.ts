import { EngineError } from '../errors/index.ts';
import type { Digest } from '../oci/index.ts';
import type { ImageRecord, ImageStore, ImageTag } from './image-service.ts';

/** Images and tags that live as long as the process; for tests and throw-away engines. */
export class MemoryImageStore implements ImageStore {
  readonly #images = new Map<Digest, ImageRecord>();
  readonly #tags = new Map<string, ImageTag>();

  async save(image: ImageRecord, references: readonly string[]): Promise<void> {
    this.#images.set(image.id, structuredClone(image));
    for (const reference of references) {
      this.#tags.set(reference, { reference, imageId: image.id, updatedAt: image.addedAt });
    }
  }

  async get(id: Digest): Promise<ImageRecord | undefined> {
    return structuredClone(this.#images.get(id));
  }

  async findByPrefix(hex: string): Promise<Digest[]> {
    return [...this.#images.keys()].filter((id) => id.startsWith(`sha256:${hex}`)).slice(0, 2);
  }

  async list(): Promise<ImageRecord[]> {
    return structuredClone([...this.#images.values()]);
  }

  async delete(id: Digest): Promise<void> {
    this.#images.delete(id);
    for (const tag of this.#tags.values()) if (tag.imageId === id) this.#tags.delete(tag.reference);
  }

  async setTag(reference: string, imageId: Digest, at: Date): Promise<void> {
    if (!this.#images.has(imageId)) {
      throw new EngineError('not_found', `No such image: ${imageId}`, { reason: 'image_not_found', image: imageId });
    }
    this.#tags.set(reference, { reference, imageId, updatedAt: at });
  }

  async deleteTag(reference: string): Promise<boolean> {
    return this.#tags.delete(reference);
  }

  async getTag(reference: string): Promise<ImageTag | undefined> {
    return structuredClone(this.#tags.get(reference));
  }

  async listTags(): Promise<ImageTag[]> {
    return structuredClone([...this.#tags.values()]);
  }
}
