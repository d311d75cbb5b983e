import { deniedError } from '../errors/index.ts';
import { type Grant, makesItsObject, PERMISSION_TABLE, PERMISSIONS, type Permission } from './permissions.ts';
import type { Actor } from './roles.ts';
import { isInScope } from './scopes.ts';

/** What a decision needs to know of an object. */
export interface Resource {
  /** User id of who made it; undefined when nobody is known. */
  createdBy?: string | undefined;
  /** Only asked for the grant `unused`. */
  inUse?: boolean | undefined;
}

/**
 * The first gate. Without a resource it answers for the kind as a whole: true when the actor may do it to every object,
 * or when doing it makes an object of theirs. Anything unknown is no.
 */
export function can(actor: Actor | undefined, permission: Permission, resource?: Resource): boolean {
  if (actor === undefined) return false;
  switch (grantOf(actor, permission)) {
    case 'all':
      return true;
    case 'own':
      return resource === undefined ? makesItsObject(permission) : resource.createdBy === actor.id;
    case 'unused':
      return resource?.inUse === false;
    case 'none':
      return false;
  }
}

/** @throws EngineError `denied` with the permission's name */
export function assertCan(actor: Actor | undefined, permission: Permission, resource?: Resource): void {
  if (!can(actor, permission, resource)) throw deniedError(permission);
}

/** For the browser: the permissions of this actor with their reach. */
export function grantsOf(actor: Actor): Partial<Record<Permission, Exclude<Grant, 'none'>>> {
  const grants: Partial<Record<Permission, Exclude<Grant, 'none'>>> = {};
  for (const permission of PERMISSIONS) {
    const grant = grantOf(actor, permission);
    if (grant !== 'none') grants[permission] = grant;
  }
  return grants;
}

function grantOf(actor: Actor, permission: Permission): Grant {
  // A role or permission that came from a row or a wire and is not in the table must not become `undefined !== 'none'`.
  if (!Object.hasOwn(PERMISSION_TABLE, permission)) return 'none';
  // A credential never adds anything: it cuts what the role may do now.
  if (actor.scopes !== undefined && !isInScope(permission, actor.scopes)) return 'none';
  const grants: Partial<Record<string, Grant>> = PERMISSION_TABLE[permission];
  return Object.hasOwn(grants, actor.role) ? (grants[actor.role] ?? 'none') : 'none';
}
