import { plainText } from './ansi.ts';
import type { LogLine } from './log-window.ts';

/** The lines as text, without escapes. */
export function linesText(lines: readonly LogLine[], withTimes: boolean): string {
  return lines
    .map(({ timeMs, text }) => `${withTimes ? `${new Date(timeMs).toISOString()} ` : ''}${plainText(text)}\n`)
    .join('');
}

/** The lines as a text file, with their times: `web_2026-11-21T10-59.log`. */
export function saveLines(name: string, lines: readonly LogLine[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([linesText(lines, true)], { type: 'text/plain' }));
  link.download = `${name}_${new Date().toISOString().slice(0, 16).replace(':', '-')}.log`;
  link.click();
  URL.revokeObjectURL(link.href);
}
