import { EngineError } from '../errors/index.ts';
import type { ImageRecord, ImageStore, ImageTag } from '../images/index.ts';
import { Table } from './table.ts';

/** Rows of images and tags in memory, or in two files when one is given. */
export function memoryImageStore(file?: string): ImageStore {
  const images = new Table<ImageRecord>(file);
  const tags = new Table<ImageTag>(file === undefined ? undefined : `${file}-tags`);
  return {
    async save(image, references) {
      images.set(image.id, image);
      for (const reference of references) {
        tags.set(reference, { reference, imageId: image.id, updatedAt: image.addedAt });
      }
    },
    get: async (id) => images.get(id),
    findByPrefix: async (hex) =>
      images
        .list()
        .map(({ id }) => id)
        .filter((id) => id.startsWith(`sha256:${hex}`))
        .slice(0, 2),
    list: async () => images.list(),
    childrenOf: async (id) =>
      images
        .list()
        .filter(({ parent }) => parent === id)
        .map((child) => child.id),
    async delete(id) {
      images.delete(id);
      for (const tag of tags.list()) if (tag.imageId === id) tags.delete(tag.reference);
    },
    async setTag(reference, imageId, updatedAt, variants) {
      if (!images.has(imageId)) {
        throw new EngineError('not_found', `No such image: ${imageId}`, { reason: 'image_not_found', image: imageId });
      }
      tags.set(reference, { reference, imageId, updatedAt, ...(variants !== undefined && { variants }) });
    },
    deleteTag: async (reference) => tags.delete(reference),
    getTag: async (reference) => tags.get(reference),
    listTags: async () => tags.list(),
  };
}
