import type { TerminalChoices } from '../../_lib/preferences.ts';

/** Keys that can lead out of a terminal; programs seldom take them. */
export const LEAVE_KEYS = [
  'Ctrl+F6',
  'Shift+F6',
  'F6',
  'Ctrl+F8',
  'Ctrl+F10',
] as const satisfies readonly TerminalChoices['leaveKey'][];

const SEQUENCES = { esc: '\u001b', tab: '\t', pipe: '|', slash: '/', dash: '-', tilde: '~' } as const;
const ARROWS = { up: 'A', down: 'B', right: 'C', left: 'D' } as const;

/** Keys that a phone's keyboard lacks or hides, in the order of the bar. */
export const KEYS = ['esc', 'tab', 'up', 'down', 'left', 'right', 'pipe', 'slash', 'dash', 'tilde'] as const;
export type Key = (typeof KEYS)[number];

/** A key that is held for the next one. */
export type Modifier = 'ctrl' | 'alt';

// biome-ignore lint/suspicious/noControlCharactersInRegex: an arrow key is an escape sequence
const ARROW = /^\u001b[[O]([ABCD])$/;

/** What a terminal's keyboard sends; programs such as editors ask for the other form of arrows. */
export function keySequence(key: Key, applicationCursor: boolean): string {
  if (key in SEQUENCES) return SEQUENCES[key as keyof typeof SEQUENCES];
  return `\u001b${applicationCursor ? 'O' : '['}${ARROWS[key as keyof typeof ARROWS]}`;
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;

/** Whether this is the key of that name, with the modifiers it names and no other. */
export function isKey({ key, ctrlKey, shiftKey, altKey, metaKey }: KeyPress, name: string): boolean {
  const parts = name.split('+');
  return (
    key === parts.at(-1) &&
    ctrlKey === parts.includes('Ctrl') &&
    shiftKey === parts.includes('Shift') &&
    !altKey &&
    !metaKey
  );
}

/**
 * The same with a modifier held. Ctrl makes a letter its control code and marks an arrow, Alt puts an escape before a
 * character and marks an arrow; anything longer, such as a paste, stays.
 */
export function withModifier(text: string, modifier: Modifier): string {
  const arrow = ARROW.exec(text)?.[1];
  if (arrow !== undefined) return `\u001b[1;${modifier === 'ctrl' ? 5 : 3}${arrow}`;
  if (modifier === 'alt') return [...text].length === 1 ? `\u001b${text}` : text;
  if (text === ' ') return '\u0000';
  return /^[a-z@[\\\]^_]$/i.test(text) ? String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f) : text;
}
