import type { ITheme } from '@xterm/xterm';
import { readColour } from '../../_lib/tokens.ts';

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
    background: readColour('--sunken'),
    foreground: readColour('--text'),
    cursor: readColour('--accent'),
    cursorAccent: readColour('--sunken'),
    selectionBackground: readColour('--selected'),
  };
  for (const [index, name] of ANSI.entries()) theme[name] = readColour(`--ansi-${index}`);
  return theme;
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
