import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { copyText } from '../../_lib/clipboard.ts';
import { type TerminalChoices, terminalChoices } from '../../_lib/preferences.ts';
import { readToken } from '../../_lib/tokens.ts';
import { drawByGraphics } from './draw-by-graphics.ts';
import { isKey } from './keys.ts';
import { readTheme, watchTheme } from './terminal-theme.ts';

const FONT_PX = 13;
/** While a window is dragged or a keyboard slides in, the program hears of the last size only. */
const FIT_MS = 100;
/** A longer paste, or one that runs at once, is shown before. */
const PASTE_CHARACTERS = 1_024;

export interface Screen {
  readonly terminal: Terminal;
  /** What was chosen while it is open. */
  follow(choices: TerminalChoices): void;
  close(): void;
}

interface ScreenOptions {
  box: HTMLElement;
  /** A link was pressed. What a program prints is not to be trusted: the address is shown before it is opened. */
  onLink: (url: string) => void;
  /** A paste of several lines, or a long one, that was held back. */
  onLongPaste: (text: string) => void;
  /** The keyboard wants out: the program takes Tab. */
  onLeave: () => void;
}

/** The emulator in its box: it fills it, follows its size and wears the page's theme. */
export async function createScreen({ box, onLink, onLongPaste, onLeave }: ScreenOptions): Promise<Screen> {
  const fontFamily = readToken('--font-mono');
  // Cells are measured once; a font that comes later would not fit them. Without it the fallback is measured.
  await document.fonts.load(`${FONT_PX}px ${fontFamily}`).catch(() => []);
  const terminal = new Terminal({
    // The choice of a Unicode version is behind this.
    allowProposedApi: true,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontFamily,
    fontSize: FONT_PX,
    ...toOptions(terminalChoices()),
    theme: readTheme(),
    linkHandler: { activate: (_event, url) => onLink(url) },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new Unicode11Addon());
  terminal.loadAddon(new WebLinksAddon((_event, url) => onLink(url)));
  terminal.unicode.activeVersion = '11';
  terminal.attachCustomKeyEventHandler((event) => takeKey(terminal, event, onLeave));
  terminal.open(box);
  fit.fit();
  const closing = new AbortController();
  void drawByGraphics(terminal, closing.signal);

  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(() => fit.fit(), FIT_MS);
  });
  observer.observe(box);
  function holdPaste(event: ClipboardEvent) {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!terminalChoices().askPaste) return;
    if (!/[\r\n]/.test(text) && text.length <= PASTE_CHARACTERS) return;
    event.preventDefault();
    event.stopPropagation();
    onLongPaste(text);
  }
  // Before the emulator sees it.
  box.addEventListener('paste', holdPaste, { capture: true });
  const unwatch = watchTheme(() => {
    terminal.options.theme = readTheme();
  });
  return {
    terminal,
    follow(choices) {
      terminal.options = toOptions(choices);
    },
    close() {
      closing.abort();
      unwatch();
      clearTimeout(timer);
      observer.disconnect();
      box.removeEventListener('paste', holdPaste, { capture: true });
      terminal.dispose();
    },
  };
}

function toOptions({ scrollbackLines, screenReader }: TerminalChoices) {
  return { scrollback: scrollbackLines, screenReaderMode: screenReader };
}

/** Keys of ours; false keeps one from the program. */
function takeKey(terminal: Terminal, event: KeyboardEvent, onLeave: () => void): boolean {
  if (event.type !== 'keydown') return true;
  if (isKey(event, terminalChoices().leaveKey)) {
    event.preventDefault();
    onLeave();
    return false;
  }
  if (!event.ctrlKey || event.altKey || event.metaKey) return true;
  // The browser pastes.
  if (event.shiftKey && event.code === 'KeyV') return false;
  // Without a selection Ctrl+C is the program's.
  if (event.code !== 'KeyC' || !(event.shiftKey || terminal.hasSelection())) return true;
  event.preventDefault();
  void copyText(terminal.getSelection()).then(() => {
    terminal.clearSelection();
    // The older way of copying takes the focus.
    terminal.focus();
  });
  return false;
}
