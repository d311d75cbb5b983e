import { EngineError } from '#engine/errors/index.ts';
import { createOwnedVolume } from '../../uploads/volume-operations.ts';
import { sendEmpty, sendJson } from '../answer.ts';
import { JsonObject } from '../codec/json-object.ts';
import { toVolume } from '../codec/volumes.ts';
import { callOptions } from '../containers/call-options.ts';
import { noSwarm } from '../docker-error.ts';
import { flagFilter, parseFilters } from '../filters.ts';
import { readOptionalJson } from '../json-body.ts';
import { flagOf } from '../query.ts';
import type { DockerCall, DockerRoute, DockerTarget, UnjudgedCall } from '../route.ts';
import { VOLUME_BODY } from '../shapes/object-shapes.ts';

async function findVolume({ params, environment, services }: UnjudgedCall): Promise<DockerTarget> {
  const { name, usedBy } = await environment.volumes.get(params['name'] ?? '');
  const createdBy = await services.ownership.ownerOf('volume', name);
  return { type: 'volume', id: name, name, resource: { createdBy, inUse: usedBy.length > 0 } };
}

/** `force` makes the removal of what is not there a success. */
async function findVolumeToRemove(call: UnjudgedCall): Promise<DockerTarget> {
  try {
    return await findVolume(call);
  } catch (error) {
    const isMissing = error instanceof EngineError && error.code === 'not_found';
    if (!isMissing || !flagOf(call.query, 'force')) throw error;
    return { type: 'volume', name: call.params['name'] };
  }
}

async function listVolumes({ res, environment, query }: DockerCall): Promise<void> {
  const filters = parseFilters(query, ['dangling', 'driver', 'label', 'name']);
  const found = await environment.volumes.list({
    name: filters.get('name'),
    label: filters.get('label'),
    driver: filters.get('driver'),
    dangling: flagFilter(filters, 'dangling'),
  });
  sendJson(res, 200, { Volumes: found.map((volume) => toVolume(volume)), Warnings: null });
}

async function inspectVolume({ res, environment, id }: DockerCall): Promise<void> {
  sendJson(res, 200, toVolume(await environment.volumes.get(id)));
}

async function createVolume(call: DockerCall): Promise<void> {
  const { res, environment, services, actor } = call;
  const body = (await readOptionalJson(call)) ?? JsonObject.empty();
  if (body.raw('ClusterVolumeSpec') !== undefined) throw noSwarm();
  const volume = await createOwnedVolume(
    { services, environment, actor },
    {
      name: body.text('Name') || undefined,
      driver: body.text('Driver') || undefined,
      labels: body.textMap('Labels'),
      options: body.textMap('DriverOpts'),
      ...callOptions(call),
    },
  );
  sendJson(res, 201, toVolume(volume));
}

async function removeVolume(call: DockerCall): Promise<void> {
  const { res, params, query, environment, services } = call;
  const name = params['name'] ?? '';
  await environment.volumes.remove(name, { force: flagOf(query, 'force'), ...callOptions(call) });
  // Or the next volume of this name would belong to the same person.
  await services.ownership.release('volume', name);
  sendEmpty(res, 204);
}

/** Since 1.42 only volumes without a given name, unless all are asked for. */
async function pruneVolumes(call: DockerCall): Promise<void> {
  const { res, query, environment, services, level } = call;
  const filters = parseFilters(query, ['all', 'label', 'label!']);
  const { removed, reclaimedBytes } = await environment.volumes.prune({
    all: flagFilter(filters, 'all') ?? level < 42,
    label: filters.get('label') ?? [],
    notLabel: filters.get('label!') ?? [],
    ...callOptions(call),
  });
  for (const name of removed) await services.ownership.release('volume', name);
  sendJson(res, 200, { VolumesDeleted: removed, SpaceReclaimed: reclaimedBytes });
}

/** Only volumes of a swarm can be changed. */
async function updateVolume(): Promise<void> {
  const words = 'volume update only valid for cluster volumes, but swarm is unavailable';
  throw new EngineError('unavailable', words, { reason: 'no_swarm' });
}

export const VOLUME_ROUTES: readonly DockerRoute[] = [
  { method: 'GET', pattern: '/volumes', permission: 'volume:view', audit: null, handle: listVolumes },
  {
    method: 'POST',
    pattern: '/volumes/create',
    permission: 'volume:create',
    audit: 'volume.create',
    takesJson: VOLUME_BODY,
    handle: createVolume,
  },
  { method: 'POST', pattern: '/volumes/prune', permission: 'cleanup:run', audit: 'volume.prune', handle: pruneVolumes },
  {
    method: 'PUT',
    pattern: '/volumes/{name}',
    permission: 'volume:create',
    audit: 'volume.update',
    find: findVolume,
    handle: updateVolume,
  },
  {
    method: 'GET',
    pattern: '/volumes/{name}',
    permission: 'volume:view',
    audit: null,
    find: findVolume,
    handle: inspectVolume,
  },
  {
    method: 'DELETE',
    pattern: '/volumes/{name}',
    permission: 'volume:remove',
    audit: 'volume.remove',
    find: findVolumeToRemove,
    handle: removeVolume,
  },
];
