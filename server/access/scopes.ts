import { type Grant, PERMISSION_TABLE, PERMISSIONS, type Permission } from './permissions.ts';
import type { Role } from './roles.ts';
import { SCOPES, type Scope } from './scopes.schema.ts';

/**
 * Where each permission belongs. `any`: every token has it. `none`: no token ever does; that is for people at the browser, above
 * all one's own password and tokens.
 */
const SCOPE_OF = {
  'container:view': 'containers:read',
  'container:logs': 'containers:read',
  'container:stats': 'containers:read',
  'container:processes': 'containers:read',
  'container:env-read': 'containers:write',
  'container:start': 'containers:write',
  'container:stop': 'containers:write',
  'container:restart': 'containers:write',
  'container:pause': 'containers:write',
  'container:kill': 'containers:write',
  'container:exec': 'containers:exec',
  'container:attach': 'containers:exec',
  'container:files-read': 'containers:exec',
  'container:files-write': 'containers:exec',
  'container:create': 'containers:write',
  'container:update': 'containers:write',
  'container:rename': 'containers:write',
  'container:remove': 'containers:write',
  'container:commit': 'containers:write',
  'container:export': 'containers:exec',
  'container:host-access': 'admin',
  'image:view': 'images:read',
  'image:pull': 'images:write',
  'image:tag': 'images:write',
  'image:push': 'images:write',
  'image:save': 'images:read',
  'image:load': 'images:write',
  'image:build': 'images:write',
  'image:remove': 'images:write',
  'image:prune': 'admin',
  'volume:view': 'volumes:read',
  'volume:create': 'volumes:write',
  'volume:files': 'volumes:write',
  'volume:backup': 'volumes:write',
  'volume:restore': 'volumes:write',
  'volume:remove': 'volumes:write',
  'network:view': 'networks:read',
  'network:create': 'networks:write',
  'network:connect': 'networks:write',
  'network:remove': 'networks:write',
  'stack:view': 'containers:read',
  'stack:env-read': 'containers:write',
  'stack:deploy': 'containers:write',
  'stack:redeploy': 'containers:write',
  'stack:remove': 'containers:write',
  'stack:lock': 'containers:write',
  'event:view': 'any',
  'operation:view': 'any',
  'operation:cancel': 'containers:write',
  'host:view': 'host:read',
  'host:configure': 'admin',
  'host:terminal': 'none',
  'cleanup:run': 'admin',
  'update:apply': 'containers:write',
  'alert:manage': 'containers:write',
  'job:manage': 'admin',
  'user:manage': 'none',
  'role:manage': 'none',
  'policy:manage': 'none',
  'token:manage': 'none',
  'settings:manage': 'admin',
  'audit:view': 'admin',
  'audit:clear': 'none',
  'backup:run': 'admin',
  'backup:restore': 'none',
  'owner:change': 'none',
  'environment:manage': 'admin',
  'profile:manage': 'none',
} as const satisfies Record<Permission, Scope | 'any' | 'none'>;

/** Whether a credential with these scopes may use the permission, should its user have it. */
export function isInScope(permission: Permission, scopes: readonly Scope[]): boolean {
  const scope = SCOPE_OF[permission];
  return scope === 'any' || (scope !== 'none' && scopes.includes(scope));
}

/** The scope that a credential lacks for a permission; undefined when that is not what is missing. */
export function missingScope(permission: Permission, scopes: readonly Scope[] | undefined): string | undefined {
  return scopes === undefined || isInScope(permission, scopes) ? undefined : SCOPE_OF[permission];
}

/** The scopes in which a role may do anything at all: none above these can be given to a token. */
export function scopesOf(role: Role): Scope[] {
  const holds = (permission: Permission): boolean => {
    const grants: Record<Role, Grant> = PERMISSION_TABLE[permission];
    return grants[role] !== 'none';
  };
  return SCOPES.filter((scope) => PERMISSIONS.some((name) => SCOPE_OF[name] === scope && holds(name)));
}
