import { EngineError } from '#engine/errors/index.ts';
import { sendEmpty, sendJson } from '../answer.ts';
import { endpointId } from '../codec/endpoint.ts';
import { JsonObject } from '../codec/json-object.ts';
import { fromNetworkCreate } from '../codec/networks.ts';
import { callerOnly, callOptions } from '../containers/call-options.ts';
import { parseFilters, untilFilter } from '../filters.ts';
import { readOptionalJson } from '../json-body.ts';
import type { DockerCall } from '../route.ts';

export async function createNetwork(call: DockerCall): Promise<void> {
  const { res, environment, services, actor } = call;
  const request = fromNetworkCreate((await readOptionalJson(call)) ?? JsonObject.empty());
  const { id } = await environment.networks.create(request, callOptions(call));
  await services.ownership.claim('network', id, actor.id);
  sendJson(res, 201, { Id: id, Warning: '' });
}

export async function removeNetwork(call: DockerCall): Promise<void> {
  const { res, environment, services, id } = call;
  const { name, endpoints } = await environment.networks.get(id);
  try {
    await environment.networks.remove(id, callerOnly(call));
  } catch (error) {
    if (!(error instanceof EngineError) || error.details.reason !== 'active_endpoints') throw error;
    const users = endpoints.map((one) => `name:"${one.name}" id:"${endpointId(one.containerId, id).slice(0, 12)}"`);
    const words = `error while removing network: network ${name} has active endpoints (${users.join(', ')})`;
    throw new EngineError(error.code, words, error.details, { cause: error });
  }
  await services.ownership.release('network', id);
  sendEmpty(res, 204);
}

export async function pruneNetworks(call: DockerCall): Promise<void> {
  const { res, query, environment, services } = call;
  const filters = parseFilters(query, ['label', 'label!', 'until']);
  const until = untilFilter(filters);
  const filter = {
    label: filters.get('label') ?? [],
    notLabel: filters.get('label!') ?? [],
    ...(until !== undefined && { until }),
  };
  const removed = await environment.networks.prune(filter, callOptions(call));
  for (const { id } of removed) await services.ownership.release('network', id);
  sendJson(res, 200, { NetworksDeleted: removed.length === 0 ? null : removed.map(({ name }) => name) });
}
