import type { ImageSummary } from '../../_lib/trpc.ts';

export const IMAGE_FILTERS = ['all', 'used', 'unused', 'dangling'] as const;
export type ImageFilter = (typeof IMAGE_FILTERS)[number];

export const IMAGE_COLUMNS = ['name', 'size', 'unique', 'created'] as const;
export type ImageColumn = (typeof IMAGE_COLUMNS)[number];

type Row = Pick<ImageSummary, 'references' | 'sizeBytes' | 'uniqueBytes' | 'createdAt'> & {
  id: string;
  usedBy: readonly unknown[];
};

/** Dangling: nobody can name it and nothing uses it. */
export function matchesImage(image: Row, filter: ImageFilter): boolean {
  if (filter === 'used') return image.usedBy.length > 0;
  if (filter === 'unused') return image.usedBy.length === 0;
  return filter === 'all' || (image.references.length === 0 && image.usedBy.length === 0);
}

/** Rows of the list: by part of a name or the begin of an id, in the order asked for; nameless ones come last. */
export function arrangeImages<T extends Row>(
  images: readonly T[],
  {
    query,
    filter,
    column,
    descending,
  }: { query: string; filter: ImageFilter; column: ImageColumn; descending: boolean },
): T[] {
  const words = query.trim().toLowerCase();
  const found = images.filter(
    (image) =>
      matchesImage(image, filter) &&
      (image.references.some((reference) => reference.toLowerCase().includes(words)) ||
        image.id.replace('sha256:', '').startsWith(words.replace('sha256:', ''))),
  );
  const sign = descending ? -1 : 1;
  return found.sort((a, b) => {
    if (column !== 'name') return sign * (valueIn(a, column) - valueIn(b, column)) || a.id.localeCompare(b.id);
    const [left, right] = [a.references[0], b.references[0]];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return sign * left.localeCompare(right, 'en', { numeric: true });
  });
}

function valueIn(image: Row, column: Exclude<ImageColumn, 'name'>): number {
  if (column === 'created') return image.createdAt.getTime();
  return column === 'size' ? image.sizeBytes : image.uniqueBytes;
}
