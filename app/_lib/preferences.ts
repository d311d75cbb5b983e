import { useSyncExternalStore } from 'react';
import { createStore } from './store.ts';
import { isZone, setShownZone } from './time-zone.ts';

const KEYS = 'davit-keys';
const DENSITY = 'davit-density';
const ZONE = 'davit-zone';

const keys = createStore(() => localStorage.getItem(KEYS) !== 'off');
const density = createStore(() => (localStorage.getItem(DENSITY) === 'compact' ? 'compact' : 'comfortable'));

const zone = createStore(() => {
  const kept = localStorage.getItem(ZONE) ?? '';
  const known = isZone(kept) ? kept : undefined;
  setShownZone(known);
  return known;
});

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

/** The zone of every moment on every page; undefined is that of the browser. Kept in this browser. */
export function useZone(): string | undefined {
  return useSyncExternalStore(zone.subscribe, zone.get, () => undefined);
}

export function setZone(next: string | undefined): void {
  if (next === undefined) localStorage.removeItem(ZONE);
  else localStorage.setItem(ZONE, next);
  setShownZone(next);
  zone.set(next);
}
