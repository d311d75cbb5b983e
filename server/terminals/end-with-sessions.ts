import type { Logger } from '#engine/lib/index.ts';
import type { Sessions } from '../auth/index.ts';
import type { Terminals } from './terminals.ts';

/** Nobody comes back to these by signing in again. */
const ALL_OF_USER: ReadonlySet<string> = new Set(['role_changed', 'disabled', 'ended_by_admin']);
/** A session that ran out leaves its terminals: whoever comes back after lunch finds them. */
const KEEPS: ReadonlySet<string> = new Set(['expired', 'too_many']);

/** The program in a terminal ends with the right to it, and with the session that its user ended. */
export function endTerminalsWithSessions(sessions: Sessions, terminals: Terminals, log: Logger): Disposable {
  return sessions.onEnded(({ userId, sessionId, reason }) => {
    if (KEEPS.has(reason)) return;
    terminals
      .endAllOf(userId, ALL_OF_USER.has(reason) ? undefined : sessionId)
      .catch((err: unknown) => log.error({ err, userId }, 'terminals could not be ended with their session'));
  });
}
