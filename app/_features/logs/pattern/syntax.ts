/** A set of characters, as pairs of code points, both ends in it. */
export interface CharSet {
  ranges: readonly (readonly [number, number])[];
  negated: boolean;
}

export type Assertion = 'start' | 'end' | 'word' | 'not_word';

export type Pattern =
  | { kind: 'chars'; set: CharSet }
  | { kind: 'assert'; assertion: Assertion }
  | { kind: 'sequence'; parts: readonly Pattern[] }
  | { kind: 'either'; options: readonly Pattern[] }
  | { kind: 'repeat'; body: Pattern; min: number; max: number };

type PatternReason =
  | 'unclosed_group'
  | 'unopened_group'
  | 'unclosed_set'
  | 'bad_range'
  | 'nothing_to_repeat'
  | 'bad_repeat'
  | 'bad_escape'
  | 'not_linear'
  | 'too_large';

/** Why a text is no pattern, and where. */
export class PatternError extends Error {
  readonly reason: PatternReason;
  /** Characters before the place, counted from 0. */
  readonly at: number;

  constructor(reason: PatternReason, at: number) {
    super(`${reason} at ${at}`);
    this.reason = reason;
    this.at = at;
  }
}

const MAX_REPEAT = 1_000;
const MAX_DEPTH = 50;
const ANY: CharSet = { ranges: [[0x0a, 0x0a]], negated: true };
const DIGIT: CharSet['ranges'] = [[0x30, 0x39]];
const SPACE: CharSet['ranges'] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x3000, 0x3000],
];
export const WORD: CharSet['ranges'] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const CLASSES: Record<string, CharSet> = {
  d: { ranges: DIGIT, negated: false },
  D: { ranges: DIGIT, negated: true },
  s: { ranges: SPACE, negated: false },
  S: { ranges: SPACE, negated: true },
  w: { ranges: WORD, negated: false },
  W: { ranges: WORD, negated: true },
};
const CONTROLS: Record<string, number> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };

function charOf(code: number): Pattern {
  return { kind: 'chars', set: { ranges: [[code, code]], negated: false } };
}

/** Words as they stand, without any sign that means something. */
export function literal(words: string): Pattern {
  return { kind: 'sequence', parts: [...words].map((char) => charOf(char.codePointAt(0) ?? 0)) };
}

/**
 * The syntax that people know from grep and browsers, as far as it can be searched in linear time: groups, alternatives, sets,
 * classes, repeats, `^ $ \b \B`. Greedy and lazy repeats find the same lines and are taken alike.
 * @throws PatternError; `not_linear` for what needs backtracking: references back, looking ahead and behind
 */
export function parsePattern(text: string): Pattern {
  const reader = new PatternReader(text);
  const pattern = reader.either(0);
  if (reader.at < text.length) throw new PatternError('unopened_group', reader.at);
  return pattern;
}

class PatternReader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  either(depth: number): Pattern {
    if (depth > MAX_DEPTH) throw new PatternError('too_large', this.at);
    const options = [this.#sequence(depth)];
    while (this.#take('|')) options.push(this.#sequence(depth));
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'either', options };
  }

  #sequence(depth: number): Pattern {
    const parts: Pattern[] = [];
    while (this.at < this.#text.length && !'|)'.includes(this.#peek())) parts.push(this.#repeated(depth));
    return { kind: 'sequence', parts };
  }

  #repeated(depth: number): Pattern {
    const from = this.at;
    let body = this.#atom(depth);
    for (;;) {
      const bounds = this.#bounds();
      if (bounds === undefined) return body;
      if (body.kind === 'assert') throw new PatternError('nothing_to_repeat', from);
      this.#take('?');
      body = { kind: 'repeat', body, ...bounds };
    }
  }

  #bounds(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { min: 0, max: 1 };
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.at, this.at + 24));
    if (counted === null) return undefined;
    const [whole, low = '', comma, high = ''] = counted;
    const min = Number(low);
    const max = comma === undefined ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (min > max || min > MAX_REPEAT || (Number.isFinite(max) && max > MAX_REPEAT))
      throw new PatternError('bad_repeat', this.at);
    this.at += whole.length;
    return { min, max };
  }

  #atom(depth: number): Pattern {
    const from = this.at;
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group(from, depth);
      case '[':
        return { kind: 'chars', set: this.#set(from) };
      case '.':
        return { kind: 'chars', set: ANY };
      case '^':
        return { kind: 'assert', assertion: 'start' };
      case '$':
        return { kind: 'assert', assertion: 'end' };
      case '*':
      case '+':
      case '?':
        throw new PatternError('nothing_to_repeat', from);
      case '\\':
        return this.#escape(from);
      default:
        return charOf(char.codePointAt(0) ?? 0);
    }
  }

  #group(from: number, depth: number): Pattern {
    if (this.#take('?')) {
      const named = /^<[A-Za-z_]\w*>/.exec(this.#text.slice(this.at));
      if (named !== null) this.at += named[0].length;
      else if (!this.#take(':')) throw new PatternError('not_linear', from);
    }
    const body = this.either(depth + 1);
    if (!this.#take(')')) throw new PatternError('unclosed_group', from);
    return body;
  }

  #escape(from: number): Pattern {
    if (this.at >= this.#text.length) throw new PatternError('bad_escape', from);
    const char = this.#peek();
    if (char === 'b' || char === 'B') {
      this.at += 1;
      return { kind: 'assert', assertion: char === 'b' ? 'word' : 'not_word' };
    }
    if (/[1-9k]/.test(char)) throw new PatternError('not_linear', from);
    const known = CLASSES[char];
    if (known !== undefined) {
      this.at += 1;
      return { kind: 'chars', set: known };
    }
    return charOf(this.#escapedCode(from));
  }

  /** After the backslash. */
  #escapedCode(from: number): number {
    const hex = /^(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\})/i.exec(this.#text.slice(this.at, this.at + 10));
    if (hex !== null) {
      this.at += hex[0].length;
      return Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16);
    }
    const char = this.#next();
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    // A letter without a meaning is more likely a slip than meant.
    if (/[A-Za-z]/.test(char)) throw new PatternError('bad_escape', from);
    return char.codePointAt(0) ?? 0;
  }

  #set(from: number): CharSet {
    const negated = this.#take('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#take(']')) {
      if (this.at >= this.#text.length) throw new PatternError('unclosed_set', from);
      const start = this.at;
      const low = this.#member();
      if (typeof low !== 'number') {
        ranges.push(...(low.negated ? complement(low.ranges) : low.ranges));
        continue;
      }
      const isRange = this.#peek() === '-' && this.#text.charAt(this.at + 1) !== ']';
      if (!isRange) {
        ranges.push([low, low]);
        continue;
      }
      this.at += 1;
      if (this.at >= this.#text.length) throw new PatternError('unclosed_set', from);
      const high = this.#member();
      if (typeof high !== 'number' || high < low) throw new PatternError('bad_range', start);
      ranges.push([low, high]);
    }
    return { ranges, negated };
  }

  #member(): number | CharSet {
    const from = this.at;
    const char = this.#next();
    if (char !== '\\') return char.codePointAt(0) ?? 0;
    if (this.at >= this.#text.length) throw new PatternError('unclosed_set', from);
    const known = CLASSES[this.#peek()];
    if (known !== undefined) {
      this.at += 1;
      return known;
    }
    if (this.#take('b')) return 8;
    return this.#escapedCode(from);
  }

  #peek(): string {
    return this.#text.charAt(this.at);
  }

  #next(): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.at) ?? 0);
    this.at += char.length;
    return char;
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.at += 1;
    return true;
  }
}

function complement(ranges: CharSet['ranges']): (readonly [number, number])[] {
  const rest: (readonly [number, number])[] = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) rest.push([from, low - 1]);
    from = high + 1;
  }
  rest.push([from, 0x10ffff]);
  return rest;
}
