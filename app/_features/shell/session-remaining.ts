interface SessionLimits {
  expiresAt: Date;
  /** The session also ends so long after the last request. */
  idleMs: number;
}

export const WARN_MS = 2 * 60_000;

/** How long the session still lives, and whether any request lengthens it. */
export function sessionRemaining(
  { expiresAt, idleMs }: SessionLimits,
  lastRequestMs: number,
  nowMs: number,
): { ms: number; extendable: boolean } {
  const idleEnd = lastRequestMs + idleMs;
  const end = expiresAt.getTime();
  return { ms: Math.min(idleEnd, end) - nowMs, extendable: idleEnd < end };
}
