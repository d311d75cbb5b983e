import { EngineError } from '#engine/errors/index.ts';
import { mappingOf, toWireError } from '#server/errors/index.ts';

/** Where dockerd answers with another status than the one map says; clients decide by the status. */
const STATUS_OF_REASON: Readonly<Record<string, number>> = {
  port_in_use: 500,
  user_not_found: 400,
  group_not_found: 500,
  registry_unreachable: 500,
  already_connected: 403,
  active_endpoints: 403,
  subnet_overlap: 403,
  scope_swarm: 403,
  no_subnet_free: 400,
  not_a_number: 500,
  not_paused: 500,
  not_connected: 500,
};

export function statusOf(error: unknown): number {
  const reason = error instanceof EngineError ? error.details.reason : undefined;
  return (reason === undefined ? undefined : STATUS_OF_REASON[reason]) ?? mappingOf(error).status;
}

/** The sentence for the client: the error's own where it may be shown. */
export function messageOf(error: unknown, requestId: string): string {
  const { message, code } = toWireError(error, requestId);
  return code === 'internal' ? `${message}: ${requestId}` : message;
}

/** A request that dockerd would answer with 400. */
export function badRequest(message: string, reason = 'bad_parameter'): EngineError {
  return new EngineError('invalid_argument', message, { reason });
}

/** Where the body or the query must name a container. */
export function nothingNamed(): EngineError {
  return badRequest('invalid name or ID supplied: ""', 'name_missing');
}

export const NO_MANAGER =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

/** What only a swarm has was asked for. */
export function noSwarm(): EngineError {
  return new EngineError('unavailable', NO_MANAGER, { reason: 'no_swarm' });
}
