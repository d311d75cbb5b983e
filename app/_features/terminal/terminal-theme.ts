import type { ITheme } from '@xterm/xterm';

const ANSI = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

/** The page's tokens as they are now; the emulator paints by itself and knows no variables. */
export function readTheme(): ITheme {
  const theme: ITheme = {
    background: readToken('--sunken'),
    foreground: readToken('--text'),
    cursor: readToken('--accent'),
    cursorAccent: readToken('--sunken'),
    selectionBackground: readToken('--selected'),
  };
  for (const [index, name] of ANSI.entries()) theme[name] = readToken(`--ansi-${index}`);
  return theme;
}

export function readToken(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls when the theme changes, by the switch or by the system. Returns what stops it. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'data-theme', 'style'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', changed);
  };
}
