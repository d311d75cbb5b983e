'use client';
import { useSearchParams } from 'next/navigation';

/**
 * Search parameters that change without a new entry in the history and without asking the server for the page again;
 * an empty value takes its parameter away.
 */
export function useAddress() {
  const params = useSearchParams();
  function setParams(change: Readonly<Record<string, string>>) {
    window.history.replaceState(null, '', changed(change));
  }
  return { params, setParams };
}

/**
 * The same for what the page knows by itself and reads from its address only when it opens: with the state of the router in it
 * such a change is one of the router's own, for which nothing is drawn anew.
 */
export function noteInAddress(name: string, value: string): void {
  const next = changed({ [name]: value });
  if (next.href !== window.location.href) window.history.replaceState(window.history.state, '', next);
}

function changed(change: Readonly<Record<string, string>>): URL {
  const next = new URL(window.location.href);
  for (const [name, value] of Object.entries(change)) {
    if (value === '') next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  return next;
}
