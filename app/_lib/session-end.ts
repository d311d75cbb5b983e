import { useSyncExternalStore } from 'react';
import { toFailure } from './errors.ts';
import { createStore } from './store.ts';

const end = createStore<string | undefined>(() => undefined);

/** Why the server has refused this tab's session since it was opened; undefined while it has not. */
export function useSessionEnd(): string | undefined {
  return useSyncExternalStore(end.subscribe, end.get, () => undefined);
}

export function hasSessionEnded(): boolean {
  return end.get() !== undefined;
}

/** The first reason stays: what is refused afterwards only follows from it. */
export function noteSessionEnd(reason = 'expired'): void {
  if (!hasSessionEnded()) end.set(reason);
}

export function noteSessionBegin(): void {
  end.set(undefined);
}

/** For every failed query and mutation: a wrong password is refused with the same code and is no end. */
export function noteIfSessionEnd(error: unknown): void {
  if (toFailure(error).reason === 'not_signed_in') noteSessionEnd();
}
