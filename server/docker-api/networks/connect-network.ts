import type { IncomingMessage } from 'node:http';
import { admitEndpoint } from '#server/access/index.ts';
import { sendEmpty } from '../answer.ts';
import type { JsonObject } from '../codec/json-object.ts';
import { fromEndpointConfig } from '../codec/networks.ts';
import { callOptions } from '../containers/call-options.ts';
import { badRequest } from '../docker-error.ts';
import { readJson } from '../json-body.ts';
import type { DockerCall, DockerTarget, UnjudgedCall } from '../route.ts';

const BODIES = new WeakMap<IncomingMessage, Promise<JsonObject>>();

/** The gates ask who owns the container, whose name is in the body; a body can be read only once. */
function bodyOf({ req }: Pick<DockerCall, 'req'>): Promise<JsonObject> {
  const body = BODIES.get(req) ?? readJson({ req, upgradeHead: undefined });
  BODIES.set(req, body);
  return body;
}

/** The container that is to be connected or disconnected. @throws EngineError `not_found`, `invalid_argument` */
export async function findConnected(call: UnjudgedCall): Promise<DockerTarget> {
  const ref = (await bodyOf(call)).text('Container') ?? '';
  if (ref === '') throw badRequest('invalid container name or ID: value is empty');
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
  refuseLinks(settings?.texts('Links') ?? []);
  const endpoint = fromEndpointConfig(network.id, settings);
  admitEndpoint(endpoint, call.actor);
  await environment.containers.connectNetwork(id, endpoint, callOptions(call));
  sendEmpty(res, 200);
}

/** Names of one container for another are lines of its /etc/hosts, which are chosen when it is created. */
function refuseLinks(links: readonly string[]): void {
  if (links.length === 0) return;
  const words = `EndpointConfig.Links is not supported when a network is connected: give ${links[0]} an alias on it, or use --link at create`;
  throw badRequest(words, 'field_unsupported');
}

export async function disconnectNetwork(call: DockerCall): Promise<void> {
  const { res, environment, id, params } = call;
  await environment.containers.disconnectNetwork(id, params['name'] ?? '', callOptions(call));
  sendEmpty(res, 200);
}
