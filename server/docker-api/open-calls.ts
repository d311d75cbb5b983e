import type { Socket } from 'node:net';
import type { Logger } from '#engine/lib/index.ts';
import { type Actor, ROOT_PEER } from '#server/access/index.ts';
import { isServerFault } from '#server/errors/index.ts';

const PERIOD_MS = 500;

interface Watched {
  actor: Actor;
  ask(): Promise<Actor>;
  sockets: Map<Socket, number>;
}

/**
 * Requests that go on for a while: follows, attachments, uploads. Who asked is asked again twice a second, once for all requests of
 * one credential; the connections of somebody who is disabled, or has another role, or whose token is revoked, are cut.
 */
export class OpenCalls implements Disposable {
  readonly #log: Logger;
  readonly #periodMs: number;
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #busy = false;

  constructor(log: Logger, periodMs = PERIOD_MS) {
    this.#log = log;
    this.#periodMs = periodMs;
  }

  /** Until disposed. `ask` answers who it is now, or rejects when it is nobody any more. */
  watch(socket: Socket, actor: Actor, ask: () => Promise<Actor>): Disposable {
    // Nobody takes anything away from root of the host.
    if (actor.id === ROOT_PEER) return { [Symbol.dispose]: () => undefined };
    const key = `${actor.id} ${actor.credentialId ?? ''}`;
    const watched = this.#watched.get(key) ?? { actor, ask, sockets: new Map<Socket, number>() };
    this.#watched.set(key, watched);
    watched.sockets.set(socket, (watched.sockets.get(socket) ?? 0) + 1);
    this.#timer ??= setInterval(() => void this.#look(), this.#periodMs).unref();
    return {
      [Symbol.dispose]: () => {
        const count = watched.sockets.get(socket) ?? 0;
        if (count > 1) return void watched.sockets.set(socket, count - 1);
        watched.sockets.delete(socket);
        if (watched.sockets.size === 0 && this.#watched.get(key) === watched) this.#watched.delete(key);
        if (this.#watched.size === 0) this[Symbol.dispose]();
      },
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (const [key, watched] of [...this.#watched]) {
        if (await this.#isAsBefore(watched)) continue;
        this.#log.info({ actor: watched.actor.name, connections: watched.sockets.size }, 'docker clients were cut off');
        // The next request of the same user is judged, and watched, anew.
        this.#watched.delete(key);
        for (const socket of watched.sockets.keys()) socket.destroy();
      }
    } finally {
      this.#busy = false;
    }
  }

  async #isAsBefore({ actor, ask }: Watched): Promise<boolean> {
    try {
      const now = await ask();
      return now.id === actor.id && now.role === actor.role && String(now.scopes) === String(actor.scopes);
    } catch (err) {
      // A database that is busy says nothing about rights; the next look will.
      if (!isServerFault(err)) return false;
      this.#log.error({ err }, 'docker clients could not be checked again');
      return true;
    }
  }
}
