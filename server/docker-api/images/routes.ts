import type { DockerRoute } from '../route.ts';
import { pruneImages, removeImage, tagImage } from './change-images.ts';
import { findImage } from './find-image.ts';
import { importImage } from './import-image.ts';
import { inspectImage, sendHistory } from './inspect-image.ts';
import { listImages } from './list-images.ts';
import { inspectRemote, pullImage, pushImage, searchImages } from './remote-images.ts';
import { loadImages, saveImages } from './transfer-images.ts';

const IMAGE = '/images/{name*}';

export const IMAGE_ROUTES: readonly DockerRoute[] = [
  { method: 'GET', pattern: '/images/json', permission: 'image:view', audit: null, handle: listImages },
  { method: 'GET', pattern: '/images/search', permission: 'image:pull', audit: null, handle: searchImages },
  { method: 'GET', pattern: '/images/get', permission: 'image:save', audit: null, handle: saveImages },
  {
    method: 'POST',
    pattern: '/images/create',
    permission: 'image:load',
    audit: 'image.import',
    handle: importImage,
    when: (query) => query.has('fromSrc'),
  },
  { method: 'POST', pattern: '/images/create', permission: 'image:pull', audit: 'image.pull', handle: pullImage },
  { method: 'POST', pattern: '/images/load', permission: 'image:load', audit: 'image.load', handle: loadImages },
  { method: 'POST', pattern: '/images/prune', permission: 'image:prune', audit: 'image.prune', handle: pruneImages },
  {
    method: 'GET',
    pattern: `${IMAGE}/json`,
    permission: 'image:view',
    audit: null,
    find: findImage,
    handle: inspectImage,
  },
  {
    method: 'GET',
    pattern: `${IMAGE}/history`,
    permission: 'image:view',
    audit: null,
    find: findImage,
    handle: sendHistory,
  },
  {
    method: 'GET',
    pattern: `${IMAGE}/get`,
    permission: 'image:save',
    audit: null,
    find: findImage,
    handle: saveImages,
  },
  {
    method: 'POST',
    pattern: `${IMAGE}/tag`,
    permission: 'image:tag',
    audit: 'image.tag',
    find: findImage,
    handle: tagImage,
  },
  { method: 'POST', pattern: `${IMAGE}/push`, permission: 'image:push', audit: 'image.push', handle: pushImage },
  {
    method: 'DELETE',
    pattern: IMAGE,
    permission: 'image:remove',
    audit: 'image.remove',
    find: findImage,
    handle: removeImage,
  },
  {
    method: 'GET',
    pattern: '/distribution/{name*}/json',
    permission: 'image:pull',
    audit: null,
    handle: inspectRemote,
  },
];
