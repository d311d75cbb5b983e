import type { DockerTarget, UnjudgedCall } from '../route.ts';

/** The container of `{id}`: a name, an id or a prefix of one. */
export async function findContainer({ params, environment }: UnjudgedCall): Promise<DockerTarget> {
  const { id, name, createdBy } = await environment.containers.inspect(params['id'] ?? '');
  return { type: 'container', id, name, resource: { createdBy } };
}
