import type { ImageSummary } from '../../_lib/trpc.ts';

export const IMAGE_FILTERS = ['all', 'used', 'unused', 'dangling'] as const;
export type ImageFilter = (typeof IMAGE_FILTERS)[number];

type Row = Pick<ImageSummary, 'references'> & {
  id: string;
  usedBy: readonly unknown[];
};

/** Dangling: nobody can name it and nothing uses it. */
export function matchesImage(image: Row, filter: ImageFilter): boolean {
  if (filter === 'used') return image.usedBy.length > 0;
  if (filter === 'unused') return image.usedBy.length === 0;
  return filter === 'all' || (image.references.length === 0 && image.usedBy.length === 0);
}

/** Rows of the list: by part of a name or the begin of an id. */
export function filterImages<T extends Row>(
  images: readonly T[],
  { query, filter }: { query: string; filter: ImageFilter },
): T[] {
  const words = query.trim().toLowerCase();
  return images.filter(
    (image) =>
      matchesImage(image, filter) &&
      (image.references.some((reference) => reference.toLowerCase().includes(words)) ||
        image.id.replace('sha256:', '').startsWith(words.replace('sha256:', ''))),
  );
}
