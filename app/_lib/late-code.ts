import { useSyncExternalStore } from 'react';
import { codeLost, loadCode } from './lazy-part.tsx';
import { createStore } from './store.ts';

interface LateCode<Code> {
  /** Undefined until it is there; never there while the server draws and the browser takes over. */
  use: () => Code | undefined;
  /** Waits for it; undefined where it cannot be had, which `codeLost` tells. */
  take: () => Promise<Code | undefined>;
}

/** Functions that a page does not draw its first paint with. They are fetched at once, behind what the page loads first. */
export function lateCode<Code>(load: () => Promise<Code>): LateCode<Code> {
  const there = createStore<Code | undefined>(() => undefined);
  async function take(): Promise<Code | undefined> {
    try {
      if (there.get() === undefined) there.set(await loadCode(load));
    } catch {
      codeLost.set(true);
    }
    return there.get();
  }
  if (typeof window !== 'undefined') void take();
  return { use: () => useSyncExternalStore(there.subscribe, there.get, none), take };
}

function none(): undefined {
  return undefined;
}
