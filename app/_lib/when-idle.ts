const LATEST_MS = 3_000;
/** A page that waits for its first answers is idle too: what it needs for them goes first. */
const REST_MS = 500;

const waiting: (() => void)[] = [];
let isPlanned = false;

/** Runs work in the browser once the page has loaded and has nothing better to do, one piece at a time; never while it renders. */
export function whenIdle(work: () => void): void {
  if (typeof window === 'undefined') return;
  waiting.push(work);
  if (isPlanned) return;
  isPlanned = true;
  whenLoaded(() => setTimeout(plan, REST_MS));
}

/** Runs work in the browser once all that a page loads first is there. */
export function whenLoaded(work: () => void): void {
  if (document.readyState === 'complete') work();
  else window.addEventListener('load', work, { once: true });
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
