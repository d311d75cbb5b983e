import { createStore } from '../../_lib/store.ts';

const KEY = 'davit.opened';
const store = createStore(() => localStorage.getItem(KEY) !== null);

/** Whether a container was ever opened in this browser: the last of the first steps. */
export const hasOpened = {
  subscribe: store.subscribe,
  get: store.get,
  note(): void {
    localStorage.setItem(KEY, 'yes');
    store.set(true);
  },
};
