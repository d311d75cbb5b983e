import { useSyncExternalStore } from 'react';
import { toFailure } from './errors.ts';
import { createStore } from './store.ts';

const ended = createStore(false);

/** Whether the server has refused this tab's session since it was opened. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(ended.subscribe, ended.get, () => false);
}

export function noteSessionEnd(): void {
  ended.set(true);
}

export function noteSessionBegin(): void {
  ended.set(false);
}

/** For every failed query and mutation: a wrong password is refused with the same code and is no end. */
export function noteIfSessionEnd(error: unknown): void {
  if (toFailure(error).reason === 'not_signed_in') noteSessionEnd();
}
