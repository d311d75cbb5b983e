import type { ImagePruneFilter, ImageSummary } from './image-service.ts';

/** Which images a filter means, oldest first; what a container uses is never among them. */
export function imagesToPrune(images: readonly ImageSummary[], filter: ImagePruneFilter): ImageSummary[] {
  const { dangling = true, until, label = [], labelNot = [], only } = filter;
  return images
    .filter(
      (image) =>
        image.usedBy.length === 0 &&
        (!dangling || image.references.length === 0) &&
        (until === undefined || image.createdAt < until) &&
        hasAll(image.labels, label) &&
        (labelNot.length === 0 || !hasAll(image.labels, labelNot)) &&
        (only === undefined || only.includes(image.id)),
    )
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
}

function hasAll(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((text) => {
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    return Object.hasOwn(labels, key) && (equals < 0 || labels[key] === text.slice(equals + 1));
  });
}
