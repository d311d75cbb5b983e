import { z } from 'zod';
import { EngineError } from '#engine/errors/index.ts';
import { can, type Permission, type Resource } from '#server/access/index.ts';
import type { RequestContext } from './context.ts';

/** What the gates read of an input before its own schema has judged it. */
export const targetInput = z.looseObject({
  environmentId: z.string().max(64).default('local'),
  containerId: z.string().max(255).optional(),
  imageId: z.string().max(255).optional(),
  volumeName: z.string().max(255).optional(),
  networkId: z.string().max(255).optional(),
  operationId: z.string().max(64).optional(),
  sessionId: z.string().max(64).optional(),
  userName: z.string().max(256).optional(),
  newUserName: z.string().max(256).optional(),
  role: z.string().max(64).optional(),
  /** Who somebody says to be who is not signed in: words of a stranger, for the audit log. */
  name: z.unknown().optional(),
});

type TargetInput = z.output<typeof targetInput>;

/** The object a request is about, with the facts a decision needs. */
export interface Target {
  environmentId: string;
  type: string;
  id: string | undefined;
  /** Undefined when the request names no object: it is about the kind as a whole. */
  resource: Resource | undefined;
  /** The name given at sign-in or setup, cut to a length. */
  claimedName?: string | undefined;
  /** The user in question is an owner, or is to be one. */
  isOwner?: boolean | undefined;
}

const MAX_CLAIM = 64;

/** Looks up who made the object and whether it is in use. @throws EngineError `not_found` */
export async function findTarget(
  ctx: RequestContext,
  permission: Permission | 'public',
  input: TargetInput,
): Promise<Target> {
  const { environmentId } = input;
  const { ownership, environments, operations } = ctx.services;
  const kind = permission === 'public' ? 'session' : (permission.split(':')[0] ?? permission);
  // Nobody learns from an error whether something exists.
  if (ctx.actor === undefined) {
    const claimedName = typeof input.name === 'string' ? input.name.slice(0, MAX_CLAIM) : undefined;
    return { environmentId, type: kind, id: undefined, resource: undefined, claimedName };
  }
  if (input.networkId !== undefined) return findNetworkTarget(ctx, { ...input, networkId: input.networkId });
  if (input.containerId !== undefined) {
    const { id, createdBy } = await environments.get(environmentId).containers.inspect(input.containerId);
    return { environmentId, type: 'container', id, resource: { createdBy } };
  }
  if (input.imageId !== undefined) {
    const { id, usedBy } = await environments.get(environmentId).images.inspect(input.imageId);
    const createdBy = await ownership.ownerOf('image', id);
    return { environmentId, type: 'image', id, resource: { createdBy, inUse: usedBy.length > 0 } };
  }
  if (input.volumeName !== undefined) {
    const createdBy = await ownership.ownerOf('volume', input.volumeName);
    return { environmentId, type: 'volume', id: input.volumeName, resource: { createdBy } };
  }
  if (input.operationId !== undefined) {
    const { id, actorId } = await operations.get(input.operationId);
    return { environmentId, type: 'operation', id, resource: { createdBy: actorId } };
  }
  if (permission === 'user:manage') return findUserTarget(ctx, input);
  return { environmentId, type: kind, id: input.sessionId, resource: undefined };
}

/** Who is there is for those who manage users. */
async function findUserTarget(
  { actor, services }: RequestContext,
  { environmentId, userName, newUserName, role }: TargetInput,
): Promise<Target> {
  const target = { environmentId, type: 'user', id: undefined, resource: undefined };
  const makesOwner = role === 'owner';
  if (userName === undefined || !can(actor, 'user:manage')) {
    return { ...target, claimedName: (userName ?? newUserName)?.slice(0, MAX_CLAIM), isOwner: makesOwner };
  }
  const user = await services.auth.findUser(userName);
  if (user === undefined) {
    throw new EngineError('not_found', `No such user: ${userName}`, { reason: 'user_not_found', name: userName });
  }
  return { ...target, id: user.id, claimedName: user.name, isOwner: makesOwner || user.role === 'owner' };
}

/** Joining the two is for those who may do so with both; the default networks are everybody's. */
async function findNetworkTarget(
  ctx: RequestContext,
  { environmentId, networkId, containerId }: TargetInput & { networkId: string },
): Promise<Target> {
  const { environments, ownership } = ctx.services;
  const { networks, containers } = environments.get(environmentId);
  const { id, builtin } = await networks.get(networkId);
  const target = { environmentId, type: 'network', id };
  const owner = builtin ? undefined : await ownership.ownerOf('network', id);
  if (containerId === undefined) return { ...target, resource: { createdBy: owner } };
  const { createdBy } = await containers.inspect(containerId);
  return { ...target, resource: { createdBy: builtin || owner === createdBy ? createdBy : undefined } };
}
