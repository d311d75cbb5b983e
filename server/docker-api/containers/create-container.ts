import type { ContainerConfig } from '#engine/containers/index.ts';
import { admitCreate } from '#server/access/index.ts';
import { sendJson } from '../answer.ts';
import { readCreateRequest } from '../codec/create-request.ts';
import type { JsonObject } from '../codec/json-object.ts';
import { tryParsePlatform } from '../codec/platform.ts';
import { badRequest } from '../docker-error.ts';
import { readJson } from '../json-body.ts';
import type { DockerCall } from '../route.ts';
import type { ApiLevel } from '../versions.ts';
import { callOptions } from './call-options.ts';

/** `POST /containers/create`: the same verdict on the same form as everywhere else, and that form runs. */
export async function createContainer(call: DockerCall): Promise<void> {
  const { res, environment, query, actor, services } = call;
  const { containers, volumes, networks } = environment;
  // What cannot be a platform is told before anything of the body, and that there is none of it after all of it.
  const platform = tryParsePlatform(query.get('platform'));
  const body = await readJson(call);
  refuseNetworks(body, call.level);
  const asked = withOldDefaults(readCreateRequest(body), call.level);
  const admitted = await admitCreate(asked, actor, { containers, volumes, networks, ownership: services.ownership });
  const name = query.get('name') ?? '';
  const named = name === '' ? {} : { name };
  const made = await admitted.run((config) => containers.create(config, { ...named, platform, ...callOptions(call) }));
  sendJson(res, 201, { Id: made.id, Warnings: made.warnings });
}

/** Until 1.43 a container was made with one network, and given more afterwards. @throws EngineError `invalid_argument` */
function refuseNetworks(body: JsonObject, level: ApiLevel): void {
  const names = (body.object('NetworkingConfig')?.entries('EndpointsConfig') ?? []).map(([name]) => name);
  if (level >= 44 || names.length < 2) return;
  const words = `Container cannot be created with multiple network endpoints: ${names.join(', ')}`;
  throw badRequest(words, 'networks_too_many');
}

/** Until 1.39 the shared memory of a container could be joined unless it was said otherwise. */
function withOldDefaults(config: ContainerConfig, level: ApiLevel): ContainerConfig {
  return level < 40 && config.ipcMode === undefined ? { ...config, ipcMode: 'shareable' } : config;
}
