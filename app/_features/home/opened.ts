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

const STEPS_KEY = 'davit.first-steps';
type StepsState = 'none' | 'begun' | 'hidden';
const steps = createStore((): StepsState => {
  const text = localStorage.getItem(STEPS_KEY);
  return text === 'begun' || text === 'hidden' ? text : 'none';
});

/** Whether this browser saw the first steps on an empty engine, and whether its user put them away. */
export const firstSteps = {
  subscribe: steps.subscribe,
  get: steps.get,
  set(state: StepsState): void {
    localStorage.setItem(STEPS_KEY, state);
    steps.set(state);
  },
};
