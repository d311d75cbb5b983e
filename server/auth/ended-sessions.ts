import type { SessionEndReason } from './sessions.ts';

const MAX_KEPT = 1_000;

/**
 * Why sessions ended, for whoever was not connected when it was told: the newest thousand, for as long as this process runs.
 * Of older ones nobody knows more than that they are over.
 */
export class EndedSessions {
  readonly #byId = new Map<string, { tokenHash: string; reason: SessionEndReason }>();

  /** The first reason stays: what ends it again only follows from it. */
  add(sessionId: string, tokenHash: string, reason: SessionEndReason): void {
    if (this.#byId.has(sessionId)) return;
    this.#byId.set(sessionId, { tokenHash, reason });
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MAX_KEPT && oldest !== undefined) this.#byId.delete(oldest);
  }

  reasonOf(sessionId: string): SessionEndReason | undefined {
    return this.#byId.get(sessionId)?.reason;
  }

  reasonOfToken(tokenHash: string): SessionEndReason | undefined {
    return [...this.#byId.values()].find((ended) => ended.tokenHash === tokenHash)?.reason;
  }
}
