import { sendEmpty, sendJson } from '../answer.ts';
import { toRemovedItem } from '../codec/images.ts';
import { flagFilter, parseFilters, parseUntil } from '../filters.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { imageReference } from './image-reference.ts';

export async function tagImage({ res, params, query, environment, signal }: DockerCall): Promise<void> {
  const reference = imageReference(query.get('repo') ?? '', query.get('tag'));
  await environment.images.tag(params['name'] ?? '', reference, { signal });
  sendEmpty(res, 201);
}

export async function removeImage({ res, params, query, environment, services }: DockerCall): Promise<void> {
  const opts = { force: flagOf(query, 'force'), noPrune: flagOf(query, 'noprune') };
  const removed = await environment.images.remove(params['name'] ?? '', opts);
  // Whoever loads the same image again makes it theirs.
  for (const item of removed) if ('deleted' in item) await services.ownership.release('image', item.deleted);
  sendJson(res, 200, removed.map(toRemovedItem));
}

export async function pruneImages({ res, query, environment, services, signal }: DockerCall): Promise<void> {
  const filters = parseFilters(query, ['dangling', 'label', 'label!', 'until']);
  const [until] = filters.get('until') ?? [];
  const filter = {
    dangling: flagFilter(filters, 'dangling') ?? true,
    until: until === undefined ? undefined : parseUntil(until, new Date()),
    label: filters.get('label') ?? [],
    labelNot: filters.get('label!') ?? [],
  };
  const { removed, freedBytes } = await environment.images.prune(filter, { signal });
  for (const item of removed) if ('deleted' in item) await services.ownership.release('image', item.deleted);
  const deleted = removed.map(toRemovedItem);
  sendJson(res, 200, { ImagesDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: freedBytes });
}
