import { EngineError } from '#engine/errors/index.ts';
import type { DockerTarget, UnjudgedCall } from '../route.ts';

/** @throws EngineError `not_found` */
export async function findNetwork({ params, query, environment, services }: UnjudgedCall): Promise<DockerTarget> {
  // All of this host are of one scope.
  if (!['', 'local'].includes(query.get('scope') ?? '')) {
    throw new EngineError('not_found', `network ${params['name']} not found`, { reason: 'network_not_found' });
  }
  const { id, name, endpoints } = await environment.networks.get(params['name'] ?? '');
  const createdBy = await services.ownership.ownerOf('network', id);
  return { type: 'network', id, name, resource: { createdBy, inUse: endpoints.length > 0 } };
}
