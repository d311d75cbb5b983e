import type { DockerTarget, UnjudgedCall } from '../route.ts';

/** @throws EngineError `not_found` */
export async function findNetwork({ params, environment, services }: UnjudgedCall): Promise<DockerTarget> {
  const { id, name, endpoints } = await environment.networks.get(params['name'] ?? '');
  const createdBy = await services.ownership.ownerOf('network', id);
  return { type: 'network', id, name, resource: { createdBy, inUse: endpoints.length > 0 } };
}
