'use client';
import { useSyncExternalStore } from 'react';

export const PHONE = '(max-width: 767px)';

/** Whether a media query holds; on the server it does not. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}
