import type { Program } from './terminal-start.tsx';

interface Remembered {
  terminalId: string;
  program: Program;
}

/** One terminal a tab and container: kept with the tab, so that a reload comes back to it and another tab does not. */
export function recallTerminal(containerId: string): Remembered | undefined {
  const text = sessionStorage.getItem(keyOf(containerId));
  return text === null ? undefined : (JSON.parse(text) as Remembered);
}

export function rememberTerminal(containerId: string, terminal: Remembered): void {
  sessionStorage.setItem(keyOf(containerId), JSON.stringify(terminal));
}

export function forgetTerminal(containerId: string): void {
  sessionStorage.removeItem(keyOf(containerId));
}

function keyOf(containerId: string): string {
  return `davit.terminal.${containerId}`;
}
