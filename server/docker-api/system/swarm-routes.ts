import { EngineError } from '#engine/errors/index.ts';
import { sendJson } from '../answer.ts';
import { NO_MANAGER, noSwarm } from '../docker-error.ts';
import { parseFilters } from '../filters.ts';
import type { DockerCall, DockerRoute } from '../route.ts';

const NO_MEMBER = 'This node is not part of a swarm';
const NO_SWARM = 'Davit has no swarm mode';

function refuse(message: string, code: 'unavailable' | 'unsupported' = 'unavailable') {
  return () => Promise.reject(new EngineError(code, message, { reason: 'no_swarm' }));
}

async function listPlugins({ res, query }: DockerCall): Promise<void> {
  parseFilters(query, ['capability', 'enabled']);
  sendJson(res, 200, []);
}

/** Filters that cannot be read are told first. */
async function listNone({ query }: DockerCall): Promise<never> {
  parseFilters(query);
  throw noSwarm();
}

function swarmRoute(method: DockerRoute['method'], pattern: string, message = NO_MANAGER): DockerRoute {
  return { method, pattern, permission: 'account', audit: null, handle: refuse(message) };
}

const KINDS = ['nodes', 'services', 'tasks', 'secrets', 'configs'];

/** What a docker that is in no swarm says; clients ask when they look for an object of unknown kind. */
export const SWARM_ROUTES: readonly DockerRoute[] = [
  swarmRoute('GET', '/swarm'),
  swarmRoute('GET', '/swarm/unlockkey'),
  swarmRoute('POST', '/swarm/update'),
  swarmRoute('POST', '/swarm/unlock'),
  swarmRoute('POST', '/swarm/leave', NO_MEMBER),
  ...['/swarm/init', '/swarm/join'].map((pattern): DockerRoute => {
    return { method: 'POST', pattern, permission: 'account', audit: null, handle: refuse(NO_SWARM, 'unsupported') };
  }),
  ...KINDS.flatMap((kind) => [
    { ...swarmRoute('GET', `/${kind}`), handle: listNone },
    swarmRoute('GET', `/${kind}/{id}`),
    swarmRoute('GET', `/${kind}/{id}/logs`),
    swarmRoute('POST', `/${kind}/create`),
    swarmRoute('POST', `/${kind}/{id}/update`),
    swarmRoute('DELETE', `/${kind}/{id}`),
  ]),
  {
    method: 'GET',
    pattern: '/plugins/{name*}/json',
    permission: 'account',
    audit: null,
    handle: async ({ params: { name = '' } }) => {
      throw new EngineError('not_found', `plugin "${name}" not found`, { reason: 'plugin_not_found', name });
    },
  },
  {
    method: 'GET',
    pattern: '/plugins',
    permission: 'account',
    audit: null,
    handle: listPlugins,
  },
];
