import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import { readToken } from '../../_lib/tokens.ts';
import { readTheme, watchTheme } from './terminal-theme.ts';

const FONT_PX = 13;
const SCROLLBACK_LINES = 10_000;

export interface Screen {
  readonly terminal: Terminal;
  close(): void;
}

/** The emulator in its box: it fills it, follows its size and wears the page's theme. */
export async function createScreen(box: HTMLElement, label: string): Promise<Screen> {
  const fontFamily = readToken('--font-mono');
  // Cells are measured once; a font that comes later would not fit them. Without it the fallback is measured.
  await document.fonts.load(`${FONT_PX}px ${fontFamily}`).catch(() => []);
  const terminal = new Terminal({
    // The choice of a Unicode version is behind this.
    allowProposedApi: true,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontFamily,
    fontSize: FONT_PX,
    scrollback: SCROLLBACK_LINES,
    theme: readTheme(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  // The program takes Tab, so another key must lead out.
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key !== 'Escape' || !event.shiftKey) return true;
    terminal.blur();
    return false;
  });
  terminal.open(box);
  terminal.textarea?.setAttribute('aria-label', label);
  fit.fit();
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(box);
  const unwatch = watchTheme(() => {
    terminal.options.theme = readTheme();
  });
  return {
    terminal,
    close() {
      unwatch();
      observer.disconnect();
      terminal.dispose();
    },
  };
}
