import { EngineError } from '#engine/errors/index.ts';
import type { SessionActor } from '#server/access/index.ts';
import type { Auth, SessionEndReason } from '#server/auth/index.ts';

/** These take no right from their user, who finds the work done after lunch or the next day, as with any other operation. */
const HARMLESS: ReadonlySet<SessionEndReason> = new Set(['signed_out', 'expired', 'too_many']);

/**
 * For what is begun after its request was answered. As with terminals, nothing more is begun for a user who was disabled or given
 * another role, or whose sessions were ended.
 *
 * @throws EngineError `denied`
 */
export async function assertStillEntitled(
  auth: Pick<Auth, 'sessions' | 'actorOf'>,
  { id, sessionId, role }: SessionActor,
): Promise<void> {
  const session = await auth.sessions.check(sessionId);
  const ended = session === undefined ? (auth.sessions.whyEndedById(sessionId) ?? 'ended') : undefined;
  if (ended !== undefined && !HARMLESS.has(ended)) throw rightLost(ended);
  const actor = session?.actor ?? (await auth.actorOf(id));
  if (actor === undefined) throw rightLost('disabled');
  if (actor.role !== role) throw rightLost('role_changed');
}

function rightLost(ended: SessionEndReason): EngineError {
  return new EngineError('denied', 'Whoever asked for it may not begin it any more', { reason: 'right_lost', ended });
}
