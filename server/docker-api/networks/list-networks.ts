import { sendJson } from '../answer.ts';
import { toNetwork } from '../codec/networks.ts';
import { badRequest } from '../docker-error.ts';
import { type Filters, flagFilter, parseFilters } from '../filters.ts';
import type { DockerCall } from '../route.ts';
import { containerNames } from './container-names.ts';

const KEYS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];

export async function listNetworks({ res, query, environment }: DockerCall): Promise<void> {
  const filters = parseFilters(query, KEYS);
  const scopes = filters.get('scope') ?? [];
  const found = await environment.networks.list({
    name: filters.get('name'),
    id: filters.get('id'),
    // Docker's name of the driver of `none`.
    driver: filters.get('driver')?.map((driver) => (driver === 'null' ? 'none' : driver)),
    label: filters.get('label'),
    type: typeOf(filters),
    dangling: danglingOf(filters),
  });
  const shown = scopes.length === 0 || scopes.includes('local') ? found : [];
  sendJson(
    res,
    200,
    shown.map((network) => toNetwork(network)),
  );
}

/** Networks have words of their own for it. @throws EngineError `invalid_argument` */
function danglingOf(filters: Filters): boolean | undefined {
  const values = filters.get('dangling') ?? [];
  if (values.length === 0) return undefined;
  if (values.length > 1) throw badRequest('got more than one value for filter key "dangling"', 'filter_invalid');
  if (['1', 'true', '0', 'false'].includes(values[0] ?? '')) return flagFilter(filters, 'dangling');
  const words = 'invalid value for filter \'dangling\', must be "true" (or "1"), or "false" (or "0")';
  throw badRequest(words, 'filter_invalid');
}

function typeOf(filters: Filters): 'builtin' | 'custom' | undefined {
  const types = filters.get('type') ?? [];
  const wrong = types.find((type) => type !== 'builtin' && type !== 'custom');
  if (wrong !== undefined) throw badRequest(`invalid filter: 'type'='${wrong}'`, 'filter_invalid');
  return types.length === 1 ? (types[0] === 'builtin' ? 'builtin' : 'custom') : undefined;
}

export async function inspectNetwork({ res, environment, id }: DockerCall): Promise<void> {
  const network = await environment.networks.get(id);
  sendJson(res, 200, toNetwork(network, await containerNames(environment)));
}
