import type { DockerTarget, UnjudgedCall } from '../route.ts';

/** The container of `{id}`: a name, an id or a prefix of one. */
export async function findContainer({ params, environment }: UnjudgedCall): Promise<DockerTarget> {
  const { id, name, createdBy } = await environment.containers.identify(params['id'] ?? '');
  return { type: 'container', id, name, resource: { createdBy } };
}

/** The container an exec session runs in: whoever may enter the one may use the other. */
export async function findExec({ params, environment }: UnjudgedCall): Promise<DockerTarget> {
  const { containerId } = await environment.containers.inspectExec(toExecId(params['id'] ?? ''));
  const { id, name, createdBy } = await environment.containers.identify(containerId);
  return { type: 'container', id, name, resource: { createdBy } };
}

type ExecId = Parameters<UnjudgedCall['environment']['containers']['inspectExec']>[0];

/** Any text: one that is no id of a session is answered with not found. */
export function toExecId(text: string): ExecId {
  return text as ExecId;
}
