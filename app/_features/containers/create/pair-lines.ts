const NEEDS_QUOTES = /[\n\r]|^\s|\s$|^"/;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r' };

/** `key=value` on one line: a value with line ends, blanks at its ends or a quote in front stands in double quotes. */
export function formatPair(key: string, value: string): string {
  if (value === '') return key;
  return NEEDS_QUOTES.test(value) ? `${key}="${escapeQuoted(value)}"` : `${key}=${value}`;
}

/** Reads what `formatPair` writes, and what people type without quotes as it stands. */
export function parsePair(line: string): [key: string, value: string] {
  const equals = line.indexOf('=');
  if (equals === -1) return [line, ''];
  const value = line.slice(equals + 1);
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? [];
  return [line.slice(0, equals), quoted === undefined ? value : unescapeQuoted(quoted)];
}

/** For double quotes: backslashes, quotes and line ends are written with a backslash. */
export function escapeQuoted(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function unescapeQuoted(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
}
