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
}

/** Somebody signed in, in one session. */
export type SessionActor = Actor & { sessionId: string };
