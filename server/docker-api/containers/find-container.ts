import { EngineError } from '#engine/errors/index.ts';
import type { DockerTarget, UnjudgedCall } from '../route.ts';

/** The container of `{id}`: a name, an id or a prefix of one. */
export async function findContainer({ params, environment }: UnjudgedCall): Promise<DockerTarget> {
  const { id, name, createdBy } = await environment.containers.identify(params['id'] ?? '');
  return { type: 'container', id, name, resource: { createdBy } };
}

/** The same for a kill, which says so when there is none. */
export async function findKilled(call: UnjudgedCall): Promise<DockerTarget> {
  try {
    return await findContainer(call);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'not_found') throw error;
    const words = `cannot kill container: ${call.params['id'] ?? ''}: ${error.message}`;
    throw new EngineError(error.code, words, error.details, { cause: error });
  }
}

/** The container an exec session runs in: whoever may enter the one may use the other. */
export async function findExec({ params, environment }: UnjudgedCall): Promise<DockerTarget> {
  const { containerId } = await environment.containers.inspectExec(toExecId(params['id'] ?? ''));
  const { id, name, createdBy } = await environment.containers.identify(containerId);
  return { type: 'container', id, name, resource: { createdBy } };
}

/** `web/db` names what the container web calls db; no alias for the name of a container itself. */
export function linkOf({ params }: Pick<UnjudgedCall, 'params'>): { container: string; alias: string | undefined } {
  const path = (params['link'] ?? '').replace(/^\//, '');
  const slash = path.lastIndexOf('/');
  if (slash <= 0) return { container: path, alias: undefined };
  return { container: path.slice(0, slash), alias: path.slice(slash + 1) };
}

/** The container that has the link: it is what changes. @throws EngineError `not_found`, `conflict` for no link */
export async function findLinking(call: UnjudgedCall): Promise<DockerTarget> {
  const { container, alias } = linkOf(call);
  const { id, name, createdBy } = await call.environment.containers.identify(container);
  if (alias !== undefined) return { type: 'container', id, name, resource: { createdBy } };
  throw new EngineError('conflict', 'Conflict, cannot remove the default link name of the container', {
    reason: 'link_is_name',
  });
}

type ExecId = Parameters<UnjudgedCall['environment']['containers']['inspectExec']>[0];

/** Any text: one that is no id of a session is answered with not found. */
export function toExecId(text: string): ExecId {
  return text as ExecId;
}
