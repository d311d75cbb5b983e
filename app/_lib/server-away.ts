import { useSyncExternalStore } from 'react';
import { createStore } from './store.ts';

const ASK_MS = 2_000;

const away = createStore(() => false);

/** Whether the server answers nothing at all: then nothing can be ordered from it. */
export function useServerAway(): boolean {
  return useSyncExternalStore(away.subscribe, away.get, () => false);
}

/** Asks again and again from the moment at which the live channel is lost: orders do not need that channel. */
export async function askWhile(isLost: () => boolean): Promise<void> {
  while (isLost()) {
    const answered = await isAnswering();
    away.set(isLost() && !answered);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

export function noteServerBack(): void {
  away.set(false);
}

async function isAnswering(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}
