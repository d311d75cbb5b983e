import { plainText } from './ansi.ts';
import type { LogLine } from './log-window.ts';

/** The lines as a text file, with their times and without escapes: `web_2026-11-21T10-59.log`. */
export function saveLines(name: string, lines: readonly LogLine[]): void {
  const text = lines.map((line) => `${new Date(line.timeMs).toISOString()} ${plainText(line.text)}\n`);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(text, { type: 'text/plain' }));
  link.download = `${name}_${new Date().toISOString().slice(0, 16).replace(':', '-')}.log`;
  link.click();
  URL.revokeObjectURL(link.href);
}
