import { DRAWN } from './load-again.ts';

/**
 * A form that is sent before the page's scripts run would be sent by the browser itself, to nowhere: the page would be loaded
 * anew, without what was typed and without the address to return to. It is sent as soon as they run, and only then: who heard of it before
 * would send it twice. It stands for itself.
 */
function holdSubmits(drawn: string): void {
  let held: HTMLFormElement | undefined;
  function hold(event: SubmitEvent): void {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.target instanceof HTMLFormElement) held = event.target;
  }
  addEventListener('submit', hold, true);
  function go(): void {
    removeEventListener('submit', hold, true);
    // Once the form knows what was typed before.
    setTimeout(() => held?.requestSubmit());
  }
  addEventListener(drawn, go, { once: true });
}

/** Source of the script; made by the server. */
export function holdSubmitsScript(): string {
  return `(${String(holdSubmits)})(${JSON.stringify(DRAWN)})`;
}
