import { useSyncExternalStore } from 'react';
import { THEME } from './first-paint.ts';
import { createStore } from './store.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const chosen = createStore<Theme>(() => toTheme(localStorage.getItem(THEME)));

/** The one that was chosen in this browser; the server does not know it. */
export function useTheme(): Theme {
  return useSyncExternalStore(chosen.subscribe, chosen.get, () => 'system');
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(THEME, theme);
  show(theme);
}

/** Another tab of this browser chose. @returns ends it */
export function followTheme(): () => void {
  const follow = ({ key, newValue }: StorageEvent) => {
    if (key === THEME) show(toTheme(newValue));
  };
  addEventListener('storage', follow);
  return () => removeEventListener('storage', follow);
}

function toTheme(text: string | null): Theme {
  return THEMES.find((name) => name === text) ?? 'system';
}

/** Style sheets follow the system by themselves. */
function show(theme: Theme): void {
  chosen.set(theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
