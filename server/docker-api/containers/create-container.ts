import { EngineError } from '#engine/errors/index.ts';
import { admitCreate } from '#server/access/index.ts';
import { sendJson } from '../answer.ts';
import { readCreateRequest } from '../codec/create-request.ts';
import { readJson } from '../json-body.ts';
import type { DockerCall } from '../route.ts';
import { callOptions } from './call-options.ts';

/** `POST /containers/create`: the same verdict on the same form as everywhere else, and that form runs. */
export async function createContainer(call: DockerCall): Promise<void> {
  const { res, environment, query, actor, services } = call;
  const { containers, volumes, networks, images } = environment;
  const asked = readCreateRequest(await readJson(call));
  await assertPlatform(images, asked.image, query.get('platform') ?? '');
  const admitted = await admitCreate(asked, actor, { containers, volumes, networks, ownership: services.ownership });
  const name = query.get('name') ?? '';
  const named = name === '' ? {} : { name };
  const made = await admitted.run((config) => containers.create(config, { ...named, ...callOptions(call) }));
  sendJson(res, 201, { Id: made.id, Warnings: made.warnings });
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** `--platform` only chooses among what is here: an image for another one is as good as none. */
async function assertPlatform(
  images: DockerCall['environment']['images'],
  image: string,
  asked: string,
): Promise<void> {
  if (asked === '') return;
  const { platform } = await images.resolve(image);
  const [os = '', word = '', variant] = asked.toLowerCase().split('/');
  const architecture = ARCHITECTURES[word] ?? word;
  const fits =
    (os === platform.os && (architecture === '' || architecture === platform.architecture)) ||
    (os === platform.architecture && architecture === '');
  if (fits && (variant === undefined || variant === platform.variant)) return;
  const has = `${platform.os}/${platform.architecture}`;
  const words = `image with reference ${image} was found but its platform (${has}) does not match the specified platform (${asked})`;
  throw new EngineError('not_found', words, { reason: 'platform_mismatch', image });
}
