import type { Preferences } from './trpc.ts';

/** Where a browser keeps what was chosen, for the next first paint and for pages before sign-in. */
export const KEPT = 'davit-preferences';
/** Where the library of themes keeps its own. */
const THEME = 'theme';
/** On the root element of a page that was made for somebody. */
const TOLD = 'preferences';

/**
 * Runs before a page is painted: what the account says is put where the browser looks, so that nothing is shown one way
 * first and another way a moment later. It stands for itself.
 */
function paintAs(told: string, kept: string, theme: string): void {
  const { documentElement: root } = document;
  const text = root.dataset[told];
  if (text !== undefined) {
    const { theme: chosen, ...rest } = JSON.parse(text);
    localStorage.setItem(kept, JSON.stringify(rest));
    if (chosen !== undefined) localStorage.setItem(theme, chosen);
  }
  // The library does so only from within the body, whose beginning may be painted before the rest has come.
  const shown = localStorage.getItem(theme) ?? 'system';
  const dark = shown === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : shown === 'dark';
  root.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Source of the script; made by the server. */
export function firstPaintScript(): string {
  return `(${String(paintAs)})(${[TOLD, KEPT, THEME].map((word) => JSON.stringify(word)).join()})`;
}

/** Attributes of the root element of a page for this person: what the script reads, and what style sheets ask for. */
export function rootAttributes({ locale: _locale, ...rest }: Preferences): Record<string, string | undefined> {
  return { [`data-${TOLD}`]: JSON.stringify(rest), 'data-density': rest.density };
}
