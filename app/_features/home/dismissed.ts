import { createStore } from '../../_lib/store.ts';

const KEY = 'davit.dismissed';
const MOST = 200;
const NONE: readonly string[] = [];
const store = createStore(() => JSON.parse(localStorage.getItem(KEY) ?? '[]') as readonly string[]);

/** Names one occurrence: the same problem another time has another stamp, and is shown again. */
export function problemKey(kind: string, id: string, stamp: number | undefined): string {
  return [kind, id, stamp ?? ''].join(':');
}

/** Lines of Home that were put aside in this browser. */
export const dismissed = {
  subscribe: store.subscribe,
  none: () => NONE,
  get: store.get,
  add(key: string): void {
    const next = [...store.get(), key].slice(-MOST);
    localStorage.setItem(KEY, JSON.stringify(next));
    store.set(next);
  },
};
