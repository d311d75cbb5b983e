import type { Preferences } from './trpc.ts';

/** Where a browser keeps what was chosen, for the next first paint and for pages before sign-in. */
export const KEPT = 'davit-preferences';
/** And where the theme, which tabs tell each other. */
export const THEME = 'theme';
/** On the root element of a page that was made for somebody. */
const TOLD = 'preferences';

/**
 * Runs before a page is painted: what the account says is put where the browser looks, so that nothing is shown one way
 * first and another way a moment later. It stands for itself.
 */
function paintAs(told: string, kept: string, theme: string): void {
  const { dataset } = document.documentElement;
  const text = dataset[told];
  if (text !== undefined) {
    const { theme: chosen, ...rest } = JSON.parse(text);
    localStorage.setItem(kept, JSON.stringify(rest));
    if (chosen !== undefined) localStorage.setItem(theme, chosen);
  }
  // Style sheets follow the system by themselves.
  const shown = localStorage.getItem(theme);
  if (shown === 'light' || shown === 'dark') dataset['theme'] = shown;
}

/** Source of the script; made by the server. */
export function firstPaintScript(): string {
  return `(${String(paintAs)})(${[TOLD, KEPT, THEME].map((word) => JSON.stringify(word)).join()})`;
}

/** Attributes of the root element of a page for this person: what the script reads, and what style sheets ask for. */
export function rootAttributes({ locale: _locale, ...rest }: Preferences): Record<string, string | undefined> {
  return { [`data-${TOLD}`]: JSON.stringify(rest), 'data-density': rest.density };
}
