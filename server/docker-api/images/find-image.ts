import type { DockerTarget, UnjudgedCall } from '../route.ts';

/** The image a path names, with what the gates ask of it. @throws EngineError `not_found`, `invalid_argument` */
export async function findImage({ params, environment, services }: UnjudgedCall): Promise<DockerTarget> {
  const name = params['name'] ?? '';
  const { id, usedBy } = await environment.images.inspect(name);
  const createdBy = await services.ownership.ownerOf('image', id);
  return { type: 'image', id, name, resource: { createdBy, inUse: usedBy.length > 0 } };
}
