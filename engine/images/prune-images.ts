import type { ImagePruneFilter, ImageSummary } from './image-service.ts';

/**
 * Which images a filter means, oldest first, but what was committed on top of another one before that; what a container uses is
 * never among them. A nameless one that others were committed on top of goes with the last of them, whatever the filter.
 */
export function imagesToPrune(images: readonly ImageSummary[], filter: ImagePruneFilter): ImageSummary[] {
  const { only } = filter;
  const meant = images.filter((image) => image.usedBy.length === 0 && (only === undefined || only.includes(image.id)));
  const free = new Map(meant.map((image) => [image.id, image]));
  const isBelow = ({ references, children }: ImageSummary) => references.length === 0 && children.length > 0;
  const chosen = new Set(meant.filter((image) => !isBelow(image) && fits(image, filter)));
  const taken = new Map<string, ImageSummary>();

  function take(image: ImageSummary): void {
    if (taken.has(image.id) || !image.children.every((id) => taken.has(id))) return;
    taken.set(image.id, image);
    const parent = image.parent === undefined ? undefined : free.get(image.parent);
    if (parent !== undefined && (chosen.has(parent) || isBelow(parent))) take(parent);
  }

  for (const image of [...chosen].sort(byAge)) take(image);
  return [...taken.values()];
}

function byAge(a: ImageSummary, b: ImageSummary): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}

function fits(image: ImageSummary, { dangling = true, until, label = [], labelNot = [] }: ImagePruneFilter): boolean {
  return (
    (!dangling || image.references.length === 0) &&
    (until === undefined || image.createdAt < until) &&
    hasAll(image.labels, label) &&
    (labelNot.length === 0 || !hasAll(image.labels, labelNot))
  );
}

function hasAll(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((text) => {
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    return Object.hasOwn(labels, key) && (equals < 0 || labels[key] === text.slice(equals + 1));
  });
}
