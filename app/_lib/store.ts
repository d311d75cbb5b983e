/** A value outside React that components read with `useSyncExternalStore`. */
interface Store<T> {
  get(): T;
  set(next: T): void;
  subscribe(listener: () => void): () => void;
}

/** `read` gives the first value when it is asked for: what the browser keeps is not there while the server renders. */
export function createStore<T>(read: () => T): Store<T> {
  let held: { value: T } | undefined;
  const listeners = new Set<() => void>();
  function get(): T {
    held ??= { value: read() };
    return held.value;
  }
  return {
    get,
    set(next) {
      if (Object.is(next, get())) return;
      held = { value: next };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
