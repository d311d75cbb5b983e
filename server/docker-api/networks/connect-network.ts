import { admitEndpoint, can } from '#server/access/index.ts';
import { deniedError } from '#server/errors/index.ts';
import { sendEmpty } from '../answer.ts';
import { JsonObject } from '../codec/json-object.ts';
import { fromEndpointConfig } from '../codec/networks.ts';
import { callOptions } from '../containers/call-options.ts';
import { nothingNamed } from '../docker-error.ts';
import { readOptionalJson } from '../json-body.ts';
import type { DockerCall, DockerTarget, UnjudgedCall } from '../route.ts';

/** The gates ask who owns the container, whose name is in the body. */
async function bodyOf({ req }: Pick<DockerCall, 'req'>): Promise<JsonObject> {
  return (await readOptionalJson({ req, upgradeHead: undefined })) ?? JsonObject.empty();
}

/** The container that is to be connected or disconnected. @throws EngineError `not_found`, `invalid_argument` */
export async function findConnected(call: UnjudgedCall): Promise<DockerTarget> {
  const ref = (await bodyOf(call)).text('Container') ?? '';
  if (ref === '') throw nothingNamed();
  const { id, name, createdBy } = await call.environment.containers.inspect(ref);
  return { type: 'container', id, name, resource: { createdBy: await ownerOfBoth(call, createdBy) } };
}

/** Whose it is to join the two: nobody's in particular when container and network belong to different people. */
async function ownerOfBoth(
  { environment, services, params }: UnjudgedCall,
  createdBy: string | undefined,
): Promise<string | undefined> {
  const { id, builtin } = await environment.networks.get(params['name'] ?? '');
  if (builtin) return createdBy;
  return (await services.ownership.ownerOf('network', id)) === createdBy ? createdBy : undefined;
}

export async function connectNetwork(call: DockerCall): Promise<void> {
  const { res, environment, id, params } = call;
  const network = await environment.networks.get(params['name'] ?? '');
  const settings = (await bodyOf(call)).object('EndpointConfig');
  const endpoint = fromEndpointConfig(network.id, settings);
  admitEndpoint(endpoint, call.actor);
  for (const link of endpoint.links ?? []) await assertMayLink(call, link);
  await environment.containers.connectNetwork(id, endpoint, callOptions(call));
  sendEmpty(res, 200);
}

/** Under its name on this network: whose it is may be asked by who may not use it. @throws EngineError `denied` */
async function assertMayLink({ environment, actor }: DockerCall, link: string): Promise<void> {
  if (can(actor, 'container:host-access')) return;
  const { createdBy } = await environment.containers.inspect(link.split(':')[0] ?? '');
  if (createdBy !== actor.id) throw deniedError('container:host-access');
}

export async function disconnectNetwork(call: DockerCall): Promise<void> {
  const { res, environment, id, params } = call;
  await environment.containers.disconnectNetwork(id, params['name'] ?? '', callOptions(call));
  sendEmpty(res, 200);
}
