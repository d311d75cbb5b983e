import { ROLES, type Role } from './roles.ts';

/**
 * `all`: on every object. `own`: on what the actor made. `unused`: on what no container uses. `none`: never.
 */
export type Grant = 'all' | 'own' | 'unused' | 'none';

type Row = Record<Role, Grant>;

const row = (operator: Grant, developer: Grant, viewer: Grant): Row => ({
  owner: 'all',
  admin: 'all',
  operator,
  developer,
  viewer,
});

const EVERYBODY = row('all', 'all', 'all');
const ADMINS = row('none', 'none', 'none');
const OWNER_ONLY: Row = { ...ADMINS, admin: 'none' };
const RUN = row('all', 'own', 'none');
const ENTER = row('own', 'own', 'none');
const MAKE = row('none', 'own', 'none');

/** The truth about who may do what. Until teams exist everybody with a role sees everything. */
export const PERMISSION_TABLE = {
  'container:view': EVERYBODY,
  'container:logs': EVERYBODY,
  'container:stats': EVERYBODY,
  'container:processes': EVERYBODY,
  'container:env-read': MAKE,
  'container:start': RUN,
  'container:stop': RUN,
  'container:restart': RUN,
  'container:pause': RUN,
  'container:kill': RUN,
  'container:exec': ENTER,
  'container:attach': ENTER,
  'container:files-read': ENTER,
  'container:files-write': ENTER,
  'container:create': MAKE,
  'container:update': MAKE,
  'container:rename': MAKE,
  'container:remove': MAKE,
  'container:commit': MAKE,
  'container:export': MAKE,
  /** Privileged, host namespaces, devices, any host folder: equals root on the host. */
  'container:host-access': ADMINS,
  'image:view': EVERYBODY,
  'image:pull': row('all', 'all', 'none'),
  'image:tag': RUN,
  'image:push': MAKE,
  'image:save': MAKE,
  'image:load': MAKE,
  'image:build': MAKE,
  'image:remove': row('unused', 'own', 'none'),
  'image:prune': MAKE,
  'volume:view': EVERYBODY,
  'volume:create': MAKE,
  'volume:files': MAKE,
  'volume:backup': MAKE,
  'volume:restore': MAKE,
  'volume:remove': MAKE,
  'network:view': EVERYBODY,
  'network:create': MAKE,
  'network:connect': MAKE,
  'network:remove': MAKE,
  'stack:view': EVERYBODY,
  'stack:env-read': MAKE,
  'stack:deploy': MAKE,
  'stack:redeploy': RUN,
  'stack:remove': MAKE,
  'stack:lock': MAKE,
  'event:view': EVERYBODY,
  'operation:view': EVERYBODY,
  'operation:cancel': RUN,
  'host:view': row('all', 'none', 'none'),
  'host:configure': ADMINS,
  /** A shell on the host itself. */
  'host:terminal': OWNER_ONLY,
  'cleanup:run': ADMINS,
  'update:apply': RUN,
  'alert:manage': RUN,
  'job:manage': ADMINS,
  'user:manage': ADMINS,
  'role:manage': ADMINS,
  'policy:manage': ADMINS,
  'token:manage': ADMINS,
  'settings:manage': ADMINS,
  'audit:view': ADMINS,
  'audit:clear': OWNER_ONLY,
  'backup:run': ADMINS,
  'backup:restore': OWNER_ONLY,
  'owner:change': OWNER_ONLY,
  'environment:manage': ADMINS,
  /** One's own name, password and sessions. */
  'profile:manage': EVERYBODY,
} as const satisfies Record<string, Row>;

export type Permission = keyof typeof PERMISSION_TABLE;

export const PERMISSIONS = Object.keys(PERMISSION_TABLE) as Permission[];

/** With these, `own` needs no object yet: what is made becomes the actor's, and a prune chooses among what is theirs. */
const MAKING: ReadonlySet<Permission> = new Set([
  'container:create',
  'image:load',
  'image:build',
  'image:prune',
  'volume:create',
  'volume:restore',
  'network:create',
  'stack:deploy',
]);

export function makesItsObject(permission: Permission): boolean {
  return MAKING.has(permission);
}

/** Whose people can give somebody a role with the permission: owners all of them, admins those of other roles than Owner. */
export function rolesThatGive(permission: string): readonly Role[] {
  const givers = ROLES.filter((role) => PERMISSION_TABLE['user:manage'][role] === 'all');
  const row = PERMISSIONS.find((name) => name === permission);
  const ownersOnly =
    row !== undefined && ROLES.every((role) => role === 'owner' || PERMISSION_TABLE[row][role] === 'none');
  return ownersOnly ? ['owner'] : givers;
}
