import { useSyncExternalStore } from 'react';
import { createStore } from './store.ts';

const product = () => 'Davit';
const shown = createStore(product);

/** What the page is: its object, section and the product. */
export const setPageTitle = shown.set;

export function usePageTitle(): string {
  return useSyncExternalStore(shown.subscribe, shown.get, product);
}
