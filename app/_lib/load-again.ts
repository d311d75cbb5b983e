/** What the page says once it is drawn and its scripts run. */
export const DRAWN = 'davit:drawn';

/**
 * A page whose script or style sheet did not arrive (the server ended in the middle, the network changed) would stand
 * still for ever, with nothing in it that could say so: it is loaded again, as soon as the server answers.
 * Runs as the first script of a page, before anything of the application is there: it stands for itself.
 */
function watchLoading(drawn: string): void {
  const TRIES = 'davit.loads';
  const MOST = 6;
  let begun = false;

  async function loadAgain(): Promise<void> {
    const tries = Number(sessionStorage.getItem(TRIES)) + 1;
    if (tries > MOST) return;
    sessionStorage.setItem(TRIES, String(tries));
    for (let wait = 250 * tries; ; wait = 1_000) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      // A server that is starting again refuses; the next round asks again.
      const answered = await fetch('/healthz', { cache: 'no-store' }).catch(() => undefined);
      if (answered?.ok === true) break;
    }
    location.reload();
  }

  function onError({ target }: Event): void {
    const needed =
      target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && target.rel === 'stylesheet');
    if (!needed || begun) return;
    begun = true;
    void loadAgain();
  }

  // Failures of elements do not bubble.
  addEventListener('error', onError, true);
  addEventListener(
    drawn,
    () => {
      removeEventListener('error', onError, true);
      sessionStorage.removeItem(TRIES);
    },
    { once: true },
  );
}

/** Source of the script; made by the server. */
export function loadAgainScript(): string {
  return `(${String(watchLoading)})(${JSON.stringify(DRAWN)})`;
}

/** From here on what cannot be loaded is told by the panel that needed it. */
export function noteDrawn(): void {
  dispatchEvent(new Event(DRAWN));
}

/** A part of the application did not arrive: after an upgrade of the server the old ones are gone. */
export function isMissingPart(error: unknown): boolean {
  return error instanceof Error && error.name === 'ChunkLoadError';
}

const RELOADED = 'davit.reloaded-at';
const PAUSE_MS = 30_000;

/** Loads the page anew for a part that did not arrive. False: that was tried a moment ago, it has to be told. */
export function reloadForMissingPart(error: unknown): boolean {
  if (!isMissingPart(error) || Date.now() - Number(sessionStorage.getItem(RELOADED)) < PAUSE_MS) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
  return true;
}
