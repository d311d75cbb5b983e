const LATEST_MS = 3_000;

const waiting: (() => void)[] = [];
let isPlanned = false;

/** Runs work in the browser once the page has loaded and has nothing better to do, one piece at a time; never while it renders. */
export function whenIdle(work: () => void): void {
  if (typeof window === 'undefined') return;
  waiting.push(work);
  if (isPlanned) return;
  isPlanned = true;
  if (document.readyState === 'complete') plan();
  else window.addEventListener('load', plan, { once: true });
}

function plan(): void {
  // Safari has no such call.
  if ('requestIdleCallback' in window) window.requestIdleCallback(next, { timeout: LATEST_MS });
  else setTimeout(next, 200);
}

function next(): void {
  waiting.shift()?.();
  isPlanned = waiting.length > 0;
  if (isPlanned) plan();
}
