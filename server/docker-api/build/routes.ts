import { EngineError } from '#engine/errors/index.ts';
import { sendJson } from '../answer.ts';
import { parseFilters, untilFilter } from '../filters.ts';
import { integerOf } from '../query.ts';
import type { DockerCall, DockerRoute } from '../route.ts';

const PRUNE_KEYS = [
  'until',
  'id',
  'parents',
  'parent',
  'type',
  'description',
  'inuse',
  'shared',
  'private',
  'label',
  'label!',
];

/** There is no cache of builds, so nothing of it can go. */
async function pruneCache({ res, query }: DockerCall): Promise<void> {
  untilFilter(parseFilters(query, PRUNE_KEYS));
  integerOf(query, 'keep-storage');
  sendJson(res, 200, { CachesDeleted: null, SpaceReclaimed: 0 });
}

async function refuse(): Promise<void> {
  const words = 'Davit cannot build images yet; build elsewhere and load the image with docker load';
  throw new EngineError('unsupported', words, { reason: 'builder_missing' });
}

/** What a build asks first. The refusal is said where a client would wait for a builder. */
export const BUILD_ROUTES: readonly DockerRoute[] = [
  { method: 'POST', pattern: '/build/prune', permission: 'cleanup:run', audit: 'build.prune', handle: pruneCache },
  { method: 'POST', pattern: '/build', permission: 'image:build', audit: 'image.build', handle: refuse },
  { method: 'POST', pattern: '/build/cancel', permission: 'image:build', audit: 'image.build', handle: refuse },
  { method: 'POST', pattern: '/session', permission: 'image:build', audit: 'image.build', handle: refuse },
  { method: 'POST', pattern: '/grpc', permission: 'image:build', audit: 'image.build', handle: refuse },
];
