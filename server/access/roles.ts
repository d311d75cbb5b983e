import type { Scope } from './scopes.schema.ts';

/** From most to least. An instance always has at least one owner. */
export const ROLES = ['owner', 'admin', 'operator', 'developer', 'viewer'] as const;

export type Role = (typeof ROLES)[number];

export function tryParseRole(text: string): Role | undefined {
  return ROLES.find((role) => role === text);
}

/** Who asks: a signed-in person, or the peer of the unix socket mapped to one. */
export interface Actor {
  id: string;
  name: string;
  role: Role;
  sessionId?: string | undefined;
  /** The access token or certificate shown; undefined for a person at the browser and for an account of the host. */
  credentialId?: string | undefined;
  /** What that credential is good for, of what the role may do; undefined: all of it. */
  scopes?: readonly Scope[] | undefined;
}

/** Id of the actor that root of the host is: no user of the database, and always the owner. */
export const ROOT_PEER = 'unix:0';

/** Somebody signed in, in one session. */
export type SessionActor = Actor & { sessionId: string };
