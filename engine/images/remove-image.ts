import { EngineError } from '../errors/index.ts';
import { shortId } from '../lib/index.ts';
import { familiarName, familiarReference, normalizeReference, parseReference } from '../reference/index.ts';
import type { ImageRecord, ImageStore, ImageTag, ImageUsers, RemovedItem } from './image-service.ts';
import type { ResolvedImage } from './resolve-image.ts';
import { variantsOf } from './variants.ts';

interface Removal {
  untagged: string[];
  /** The image went too. */
  deleted: boolean;
}

/**
 * Docker's rules: a name is untagged, and the last one takes the image along; an id removes the image with its only name.
 * Stopped containers are in the way unless `force`; running ones and images committed on top of it always.
 *
 * @throws EngineError `in_use` with Docker's wording
 */
export async function removeImageRows(
  deps: { store: ImageStore; users: ImageUsers },
  { image, by }: ResolvedImage,
  asked: string,
  { force = false, names: expected }: { force?: boolean; names?: readonly string[] | undefined },
): Promise<Removal> {
  const tags = (await deps.store.listTags()).filter(
    (tag) => tag.imageId === image.id || tag.variants?.imageIds.includes(image.id),
  );
  const names = tags.map((tag) => tag.reference);
  const containers = await deps.users.containersOf(image.id);
  const running = containers.find((container) => container.running);
  const stopped = containers.find((container) => !container.running);
  const children = await deps.store.childrenOf(image.id);

  if (by === 'reference') {
    const any = running ?? stopped;
    if (!force && names.length <= 1 && any !== undefined) {
      throw inUse(
        `unable to remove repository reference "${asked}" (must force) - container ${shortId(any.id)} is using its referenced image ${shortId(image.id)}`,
        image,
        containers,
      );
    }
    const name = nameToUntag(names, asked);
    if (name !== undefined) await deps.store.deleteTag(name);
    const untagged = name === undefined ? [] : [familiarReference(name)];
    // Untagged by force under a running container or below other images, the image stays, without a name.
    if (names.length > 1 || running !== undefined || children.length > 0) return { untagged, deleted: false };
    await deleteRow(deps.store, image, tags);
    return { untagged, deleted: true };
  }

  if (expected !== undefined) assertSameNames(image, names, expected);
  const refuse = (hard: boolean, why: string) =>
    inUse(`unable to delete ${shortId(image.id)} (${hard ? 'cannot' : 'must'} be forced) - ${why}`, image, containers);
  if (children.length > 0) {
    const { message, details } = refuse(true, 'image has dependent child images');
    throw new EngineError('in_use', message, { ...details, reason: 'image_has_children', children });
  }
  if (running !== undefined) throw refuse(true, `image is being used by running container ${shortId(running.id)}`);
  if (!force && expected === undefined && new Set(names).size > 1)
    throw refuse(false, 'image is referenced in multiple repositories');
  if (!force && stopped !== undefined) {
    throw refuse(false, `image is being used by stopped container ${shortId(stopped.id)}`);
  }
  await deleteRow(deps.store, image, tags);
  return { untagged: names.map((name) => familiarReference(name)), deleted: true };
}

/** Names that it shares with other platforms stay with those. */
async function deleteRow(store: ImageStore, image: ImageRecord, tags: readonly ImageTag[]): Promise<void> {
  for (const tag of tags) {
    if (tag.imageId !== image.id || (await store.getTag(tag.reference)) === undefined) continue;
    const heir = (await variantsOf(store, tag)).find(({ id }) => id !== image.id);
    if (heir !== undefined) await store.setTag(tag.reference, heir.id, tag.updatedAt, tag.variants);
  }
  await store.delete(image.id);
}

export function removedItems(image: ImageRecord, removal: Removal, chains: readonly string[]): RemovedItem[] {
  const untagged: RemovedItem[] = removal.untagged.map((name) => ({ untagged: name }));
  if (!removal.deleted) return untagged;
  return [...untagged, { deleted: image.id }, ...chains.toReversed().map((chain) => ({ deleted: chain }))];
}

/** A name with a digest stands for every tag of its repository; the first is taken. */
function nameToUntag(names: readonly string[], asked: string): string | undefined {
  const reference = parseReference(asked);
  if (reference.digest === undefined) return normalizeReference(reference);
  return names.find((name) => familiarName(parseReference(name)) === familiarName(reference));
}

/** Whoever confirmed a list of names must not remove one that came later. */
function assertSameNames(image: ImageRecord, names: readonly string[], expected: readonly string[]): void {
  const wanted = new Set(expected.map((name) => normalizeReference(parseReference(name))));
  if (wanted.size === names.length && names.every((name) => wanted.has(name))) return;
  throw new EngineError('conflict', `The names of image ${shortId(image.id)} have changed`, {
    reason: 'image_names_changed',
    image: image.id,
    names: names.map((name) => familiarReference(name)),
  });
}

function inUse(
  what: string,
  image: ImageRecord,
  containers: Awaited<ReturnType<ImageUsers['containersOf']>>,
): EngineError {
  return new EngineError('in_use', `conflict: ${what}`, {
    reason: 'image_in_use',
    image: image.id,
    containers: containers.map(({ id, name }) => ({ id, name })),
  });
}
