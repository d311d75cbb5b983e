import { EngineError } from '#engine/errors/index.ts';
import type { ImageDetail } from '#engine/images/index.ts';
import { sendJson } from '../answer.ts';
import { toHistory, toImageInspect } from '../codec/images.ts';
import { JsonObject } from '../codec/json-object.ts';
import { badRequest } from '../docker-error.ts';
import type { DockerCall } from '../route.ts';
import { levelOf } from '../versions.ts';

/** Compose before 2.0 asks for the server's newest version, and then for a field that left in 1.45. */
const OLD_COMPOSE = /^docker-compose\/1\./;
const OLD_COMPOSE_LEVEL = levelOf('1.44');

export async function inspectImage(call: DockerCall): Promise<void> {
  const old = OLD_COMPOSE.test(call.req.headers['user-agent'] ?? '');
  const level = old ? Math.min(call.level, OLD_COMPOSE_LEVEL) : call.level;
  sendJson(call.res, 200, toImageInspect(await imageOf(call), level));
}

export async function sendHistory(call: DockerCall): Promise<void> {
  sendJson(call.res, 200, toHistory(await imageOf(call)));
}

/** Of the platform that is asked for, or none. */
async function imageOf({ params, query, environment }: DockerCall): Promise<ImageDetail> {
  const name = params['name'] ?? '';
  const image = await environment.images.inspect(name);
  const wanted = platformOf(query.get('platform'));
  const { os, architecture, variant } = image.platform;
  const differs =
    wanted !== undefined &&
    (wanted.os !== os || wanted.architecture !== architecture || (wanted.variant ?? variant) !== variant);
  if (!differs) return image;
  const words = `image with reference ${name} was found but its platform (${os}/${architecture}) does not match the specified platform (${wanted.os}/${wanted.architecture})`;
  throw new EngineError('not_found', words, { reason: 'platform_mismatch', image: image.id });
}

function platformOf(text: string | null) {
  if (text === null || text === '') return undefined;
  const platform = JsonObject.from(tryParse(text), 'platform');
  return {
    os: platform.text('os') ?? '',
    architecture: platform.text('architecture') ?? '',
    variant: platform.text('variant') || undefined,
  };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nothing but the client's own text would be told.
    throw badRequest('failed to parse platform');
  }
}
