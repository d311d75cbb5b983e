import { useSyncExternalStore } from 'react';

/** False while the server draws and while the browser takes over what the server drew; true for all that is drawn afterwards. */
export function useHydrated(): boolean {
  return useSyncExternalStore(neverChanges, yes, no);
}

const neverChanges = () => () => undefined;
const yes = () => true;
const no = () => false;
