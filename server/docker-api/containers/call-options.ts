import type { CallOptions } from '#engine/containers/index.ts';
import type { DockerCall } from '../route.ts';

/** The caller as the engine writes it into rows and events; a client that goes away cancels. */
export function callOptions({ actor, signal }: DockerCall): CallOptions {
  return { ...callerOnly({ actor }), signal };
}

/** For what goes on when its client is gone, such as a stop. */
export function callerOnly({ actor }: Pick<DockerCall, 'actor'>): CallOptions {
  return { actor: { id: actor.id, name: actor.name, entrance: 'cli' } };
}
