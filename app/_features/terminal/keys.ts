export const KEYS = ['esc', 'tab', 'up', 'down', 'left', 'right'] as const;
export type Key = (typeof KEYS)[number];

const ARROWS: Partial<Record<Key, string>> = { up: 'A', down: 'B', right: 'C', left: 'D' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: an arrow key is an escape sequence
const ARROW = /^\u001b[[O]([ABCD])$/;

/** What a terminal's keyboard sends; programs such as editors ask for the other form of arrows. */
export function keySequence(key: Key, applicationCursor: boolean): string {
  if (key === 'esc') return '\u001b';
  if (key === 'tab') return '\t';
  return `\u001b${applicationCursor ? 'O' : '['}${ARROWS[key] ?? ''}`;
}

/** The same with Ctrl held: a letter becomes its control code, an arrow says so; anything else stays. */
export function withCtrl(text: string): string {
  const arrow = ARROW.exec(text)?.[1];
  if (arrow !== undefined) return `\u001b[1;5${arrow}`;
  if (text === ' ') return '\u0000';
  return /^[a-z@[\\\]^_]$/i.test(text) ? String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f) : text;
}
