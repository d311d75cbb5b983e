import { useCallback, useEffect, useRef } from 'react';

/** Does what the newest function does, and stays the same one: whoever is given it is not drawn anew for it. Not to be called while drawing. */
export function useStable<Args extends unknown[]>(newest: (...args: Args) => void): (...args: Args) => void {
  const latest = useRef(newest);
  useEffect(() => {
    latest.current = newest;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
