import { useSyncExternalStore } from 'react';

interface Clock {
  subscribe: (listener: () => void) => () => void;
  read: () => number;
}

/** The time in steps of this length, from one timer for all that ask. */
function createClock(stepMs: number): Clock {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = 0;
  const look = () => Math.floor(Date.now() / stepMs) * stepMs;
  return {
    read() {
      if (timer === undefined) now = Math.max(now, look());
      return now;
    },
    subscribe(listener) {
      listeners.add(listener);
      timer ??= setInterval(() => {
        now = look();
        for (const one of listeners) one();
      }, stepMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

const tens = createClock(10_000);
const seconds = createClock(1_000);

/** The time in steps of ten seconds; 0 while the server renders. */
export function useNow(): number {
  return useSyncExternalStore(tens.subscribe, tens.read, () => 0);
}

/** What is so at that time: a number or a word, with another one of which alone whoever asks is drawn anew. */
export function useByNow<Value extends number | string>(read: (now: number) => Value): Value {
  return useSyncExternalStore(
    tens.subscribe,
    () => read(tens.read()),
    () => read(0),
  );
}

/** The time in steps of one, for what is counted down. */
export function useSecond(): number {
  return useSyncExternalStore(seconds.subscribe, seconds.read, () => 0);
}
