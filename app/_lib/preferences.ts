import { useSyncExternalStore } from 'react';
import { createStore } from './store.ts';

const KEYS = 'davit-keys';
const DENSITY = 'davit-density';

const keys = createStore(() => localStorage.getItem(KEYS) !== 'off');
const density = createStore(() => (localStorage.getItem(DENSITY) === 'compact' ? 'compact' : 'comfortable'));

type Density = 'comfortable' | 'compact';

/** Whether single letters do something; people whose speech or switches make letters turn them off. Kept in this browser. */
export function useKeysOn(): boolean {
  return useSyncExternalStore(keys.subscribe, keys.get, () => true);
}

export function setKeysOn(on: boolean): void {
  if (on) localStorage.removeItem(KEYS);
  else localStorage.setItem(KEYS, 'off');
  keys.set(on);
}

/** How high the rows of lists are. Kept in this browser. */
export function useDensity(): Density {
  return useSyncExternalStore<Density>(density.subscribe, density.get, () => 'comfortable');
}

export function setDensity(next: Density): void {
  if (next === 'compact') localStorage.setItem(DENSITY, next);
  else localStorage.removeItem(DENSITY);
  density.set(next);
}
