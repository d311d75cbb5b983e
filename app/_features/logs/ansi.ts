/** A colour of a terminal: one of 16 of our palette, or one that a program has mixed itself. */
export type Colour = { palette: number } | { rgb: string };

export interface Style {
  fg?: Colour;
  bg?: Colour;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  strike?: true;
  inverse?: true;
}

export interface Span {
  text: string;
  style: Style;
}

const ESC = '\u001b';
// CSI, then OSC and the other strings up to their end, then escapes of two or three characters (ECMA-48).
// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is read here
const ESCAPE = /\u001b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|[ -/]*[0-~]|$)/g;
// What would move the cursor, ring or hide; tabs stay.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is dropped
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// Marks that turn the direction of what follows: shown as a sign, or one line could disguise another.
const DIRECTION = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNCLEAN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/;

/** The line as spans of one style each. Only colours and weights are kept; any other escape is dropped. */
export function parseAnsi(line: string): Span[] {
  const text = afterReturn(line);
  if (!text.includes(ESC)) return text === '' ? [] : [{ text: clean(text), style: {} }];
  const spans: Span[] = [];
  let style: Style = {};
  let at = 0;
  const push = (end: number) => {
    const part = clean(text.slice(at, end));
    if (part !== '') spans.push({ text: part, style });
  };
  for (const match of text.matchAll(ESCAPE)) {
    push(match.index);
    at = match.index + match[0].length;
    if (match[2] === 'm') style = applySgr(style, match[1] ?? '');
  }
  push(text.length);
  return spans;
}

/** The line as it is read and searched. */
export function plainText(line: string): string {
  const text = afterReturn(line);
  return clean(text.includes(ESC) ? text.replace(ESCAPE, '') : text);
}

/** A carriage return goes back to the beginning: what was written last is what a terminal shows. */
function afterReturn(line: string): string {
  if (!line.includes('\r')) return line;
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}

function clean(text: string): string {
  // Nearly every line is plain: one look is cheaper than two replacements.
  if (!UNCLEAN.test(text)) return text;
  return text.replace(CONTROL, '').replace(DIRECTION, '\ufffd');
}

/** Select graphic rendition: `1;31`, `38;5;208`, `38;2;1;2;3` or the same with colons. */
function applySgr(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((word) => (word === '' ? 0 : Number(word)));
  let style: Style = { ...before };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) style = {};
    else if (code === 38 || code === 48) {
      const { colour, used } = extendedColour(codes.slice(at + 1));
      at += used;
      if (colour !== undefined) style[code === 38 ? 'fg' : 'bg'] = colour;
    } else applyCode(style, code);
  }
  return style;
}

function applyCode(style: Style, code: number): void {
  if (code >= 30 && code <= 37) style.fg = { palette: code - 30 };
  else if (code >= 90 && code <= 97) style.fg = { palette: code - 82 };
  else if (code >= 40 && code <= 47) style.bg = { palette: code - 40 };
  else if (code >= 100 && code <= 107) style.bg = { palette: code - 92 };
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 3) style.italic = true;
  else if (code === 4 || code === 21) style.underline = true;
  else if (code === 7) style.inverse = true;
  else if (code === 9) style.strike = true;
  else for (const key of ENDS[code] ?? []) delete style[key];
}

const ENDS: Readonly<Record<number, readonly (keyof Style)[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
  39: ['fg'],
  49: ['bg'],
};

function extendedColour(rest: readonly number[]): { colour: Colour | undefined; used: number } {
  const [kind, a = -1, b = -1, c = -1] = rest;
  if (kind === 5) return { colour: isByte(a) ? indexedColour(a) : undefined, used: 2 };
  if (kind !== 2) return { colour: undefined, used: 1 };
  return { colour: [a, b, c].every(isByte) ? { rgb: `rgb(${a} ${b} ${c})` } : undefined, used: 4 };
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}

/** xterm's 256: 16 named, a cube of 6 × 6 × 6, 24 greys. */
function indexedColour(index: number): Colour {
  if (index < 16) return { palette: index };
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return { rgb: `rgb(${grey} ${grey} ${grey})` };
  }
  const cube = index - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return { rgb: `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})` };
}
