import { ARCHIVE_ROUTES } from './archive/routes.ts';
import { BUILD_ROUTES } from './build/routes.ts';
import { CONTAINER_ROUTES } from './containers/routes.ts';
import { EVENT_ROUTES } from './events/routes.ts';
import { IMAGE_ROUTES } from './images/routes.ts';
import { NETWORK_ROUTES } from './networks/routes.ts';
import type { DockerRoute } from './route.ts';
import { SWARM_ROUTES } from './system/swarm-routes.ts';
import { SYSTEM_ROUTES } from './system/system-routes.ts';
import { VOLUME_ROUTES } from './volumes/routes.ts';

/** Every endpoint. The first that fits is taken: of two that both fit a path, the narrower comes first. */
export const DOCKER_ROUTES: readonly DockerRoute[] = [
  ...SYSTEM_ROUTES,
  ...CONTAINER_ROUTES,
  ...ARCHIVE_ROUTES,
  ...IMAGE_ROUTES,
  ...NETWORK_ROUTES,
  ...VOLUME_ROUTES,
  ...EVENT_ROUTES,
  ...BUILD_ROUTES,
  ...SWARM_ROUTES,
];
