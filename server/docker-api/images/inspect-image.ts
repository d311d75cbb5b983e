import type { ImageDetail } from '#engine/images/index.ts';
import { sendJson } from '../answer.ts';
import { toHistory, toImageInspect, toManifest } from '../codec/images.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { levelOf } from '../versions.ts';
import { platformOf } from './platform-of.ts';

/** Compose before 2.0 asks for the server's newest version, and then for a field that left in 1.45. */
const OLD_COMPOSE = /^docker-compose\/1\./;
const OLD_COMPOSE_LEVEL = levelOf('1.44');

/** The version from which a client may ask for an image's manifests. */
const MANIFESTS = levelOf('1.48');

export async function inspectImage(call: DockerCall): Promise<void> {
  const old = OLD_COMPOSE.test(call.req.headers['user-agent'] ?? '');
  const level = old ? Math.min(call.level, OLD_COMPOSE_LEVEL) : call.level;
  const image = await imageOf(call);
  const asked = level >= MANIFESTS && flagOf(call.query, 'manifests');
  const manifests = asked ? await call.environment.images.manifests(image.id) : undefined;
  sendJson(call.res, 200, {
    ...toImageInspect(image, level),
    ...(manifests !== undefined && { Descriptor: manifests[0]?.descriptor, Manifests: manifests.map(toManifest) }),
  });
}

export async function sendHistory(call: DockerCall): Promise<void> {
  sendJson(call.res, 200, toHistory(await imageOf(call)));
}

/** Of the platform that is asked for, or none. */
function imageOf({ params, query, environment }: DockerCall): Promise<ImageDetail> {
  return environment.images.inspect(params['name'] ?? '', { platform: platformOf(query.get('platform')) });
}
