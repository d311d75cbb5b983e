'use client';
import { useSearchParams } from 'next/navigation';

/**
 * Search parameters that change without a new entry in the history and without asking the server for the page again;
 * an empty value takes its parameter away.
 */
export function useAddress() {
  const params = useSearchParams();
  function setParams(change: Readonly<Record<string, string>>) {
    const next = new URL(window.location.href);
    for (const [name, value] of Object.entries(change)) {
      if (value === '') next.searchParams.delete(name);
      else next.searchParams.set(name, value);
    }
    window.history.replaceState(null, '', next);
  }
  return { params, setParams };
}
