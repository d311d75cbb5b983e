import { useSyncExternalStore } from 'react';
import { toFailure } from './errors.ts';
import { createStore } from './store.ts';

const end = createStore<string | undefined>(() => undefined);
let begunMs = 0;
let begun = 0;

/** Why the server has refused this tab's session since it was opened; undefined while it has not. */
export function useSessionEnd(): string | undefined {
  return useSyncExternalStore(end.subscribe, end.get, () => undefined);
}

export function hasSessionEnded(): boolean {
  return end.get() !== undefined;
}

/**
 * The first reason stays: what is refused afterwards only follows from it. What was asked or answered before the last sign-in
 * was about the session before.
 */
export function noteSessionEnd(reason = 'expired', aboutMs = Date.now()): void {
  if (!hasSessionEnded() && aboutMs >= begunMs) end.set(reason);
}

export function noteSessionBegin(): void {
  begunMs = Date.now();
  begun += 1;
  end.set(undefined);
}

/** How often somebody has signed in over this page. */
export function sessionsBegun(): number {
  return begun;
}

/** For every failed query and mutation: a wrong password is refused with the same code and is no end. */
export function noteIfSessionEnd(error: unknown, askedMs?: number): void {
  const { reason, params } = toFailure(error);
  if (reason !== 'not_signed_in') return;
  const { ended } = params;
  noteSessionEnd(typeof ended === 'string' ? ended : undefined, askedMs);
}
