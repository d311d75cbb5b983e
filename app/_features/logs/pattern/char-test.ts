import { type CharSet, WORD } from './syntax.ts';

export type CharTest = (code: number) => boolean;

/** Whether a character is in the set, its other case included when case does not count. */
export function testOf({ ranges, negated }: CharSet, matchCase: boolean): CharTest {
  const isIn = (code: number): boolean => {
    if (inRanges(ranges, code)) return true;
    if (matchCase) return false;
    const char = String.fromCodePoint(code);
    return (
      inRanges(ranges, char.toLowerCase().codePointAt(0) ?? code) ||
      inRanges(ranges, char.toUpperCase().codePointAt(0) ?? code)
    );
  };
  // Most of what is written in logs: looked up rather than computed.
  const ascii = Array.from({ length: 128 }, (_, code) => isIn(code) !== negated);
  return (code) => ascii[code] ?? isIn(code) !== negated;
}

/** As `\w` and the edges of words take it. */
export function isWordCode(code: number): boolean {
  return inRanges(WORD, code);
}

function inRanges(ranges: CharSet['ranges'], code: number): boolean {
  return ranges.some(([low, high]) => code >= low && code <= high);
}
