import type { Program } from './terminal-start.tsx';

interface Remembered {
  /** Undefined while it is being opened: it is asked for again under its key. */
  terminalId?: string;
  key: string;
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

/** What was last chosen to run in this container, in any tab. */
export function recallChoice(containerId: string): Program | undefined {
  const text = localStorage.getItem(keyOf(containerId));
  return text === null ? undefined : (JSON.parse(text) as Program);
}

export function rememberChoice(containerId: string, program: Program): void {
  localStorage.setItem(keyOf(containerId), JSON.stringify(program));
}

/** 128 random bits in hex; also without https, where the browser makes no UUIDs. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function keyOf(containerId: string): string {
  return `davit.terminal.${containerId}`;
}
