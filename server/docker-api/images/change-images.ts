import { type Digest, parseDigest } from '#engine/oci/index.ts';
import { can, guardNames, prunableImages } from '#server/access/index.ts';
import { sendEmpty, sendJson } from '../answer.ts';
import { toRemovedItem } from '../codec/images.ts';
import { callerOnly, callOptions } from '../containers/call-options.ts';
import { badRequest } from '../docker-error.ts';
import { flagFilter, parseFilters, untilFilter } from '../filters.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { imageReference } from './image-reference.ts';
import { platformsOf } from './platform-of.ts';

export async function tagImage(call: DockerCall): Promise<void> {
  const { res, params, query, environment, services, actor } = call;
  const reference = imageReference(query.get('repo') ?? '', query.get('tag'));
  await environment.images.tag(params['name'] ?? '', reference, {
    ...callOptions(call),
    beforeReplace: guardNames(actor, services.ownership),
  });
  sendEmpty(res, 201);
}

export async function removeImage(call: DockerCall): Promise<void> {
  const { res, params, query, environment, services, actor } = call;
  // Somebody else's image does not go along with one's own.
  const takesParent = async (id: Digest) =>
    can(actor, 'image:remove', { createdBy: await services.ownership.ownerOf('image', id), inUse: false });
  const opts = {
    ...callerOnly(call),
    force: flagOf(query, 'force'),
    ...(!flagOf(query, 'noprune') && { takesParent }),
  };
  const [platform, ...more] = platformsOf(query);
  if (more.length > 0) throw badRequest('multiple platforms are not supported', 'platform_invalid');
  const removed = await environment.images.remove(params['name'] ?? '', { ...opts, ...(platform && { platform }) });
  // Whoever loads the same image again makes it theirs.
  for (const item of removed) if ('deleted' in item) await services.ownership.release('image', item.deleted);
  sendJson(res, 200, removed.map(toRemovedItem));
}

export async function pruneImages(call: DockerCall): Promise<void> {
  const { res, query, environment, services, actor } = call;
  const filters = parseFilters(query, ['dangling', 'label', 'label!', 'until']);
  const filter = {
    dangling: flagFilter(filters, 'dangling') ?? true,
    until: untilFilter(filters),
    label: filters.get('label') ?? [],
    labelNot: filters.get('label!') ?? [],
    only: await prunableImages(actor, services.ownership, { parse: parseDigest }),
  };
  const { removed, freedBytes } = await environment.images.prune(filter, callOptions(call));
  for (const item of removed) if ('deleted' in item) await services.ownership.release('image', item.deleted);
  const deleted = removed.map(toRemovedItem);
  sendJson(res, 200, { ImagesDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: freedBytes });
}
