import { plainText } from './ansi.ts';
import type { LogLine } from './log-window.ts';
import { type Hit, literal, Matcher, type Pattern, PatternError, parsePattern } from './pattern/index.ts';

export interface Search {
  words: string;
  /** The words are a pattern. */
  regex: boolean;
  matchCase: boolean;
  wholeWord: boolean;
}

/** What is searched for, and where it stands in texts and lines. */
export interface Finder {
  hits(text: string): readonly Hit[];
  /** Asked again of the same line, it remembers. */
  matches(line: LogLine): boolean;
}

/**
 * @returns undefined when nothing is searched for
 * @throws PatternError when the words are to be a pattern and are none
 */
export function createFinder(search: Search): Finder | undefined {
  if (search.words === '') return undefined;
  const { hits, test } = search.regex || search.wholeWord ? byPattern(search) : byWords(search);
  const known = new WeakMap<LogLine, boolean>();
  return {
    hits,
    matches(line) {
      const before = known.get(line);
      if (before !== undefined) return before;
      const found = test(plainText(line.text));
      known.set(line, found);
      return found;
    },
  };
}

/** A pattern that is not finished yet finds nothing and says why. */
export function tryFinder(search: Search): { finder: Finder | undefined; problem: PatternError | undefined } {
  try {
    return { finder: createFinder(search), problem: undefined };
  } catch (error) {
    if (error instanceof PatternError) return { finder: undefined, problem: error };
    throw error;
  }
}

function byPattern({ words, regex, matchCase, wholeWord }: Search) {
  const pattern = regex ? parsePattern(words) : literal(words);
  const matcher = new Matcher(wholeWord ? asWords(pattern, regex ? undefined : words) : pattern, matchCase);
  return { hits: (text: string) => matcher.hits(text), test: (text: string) => matcher.test(text) };
}

/** An edge of a word on both sides; where the words themselves begin or end with a sign there is none to ask for. */
function asWords(pattern: Pattern, words: string | undefined): Pattern {
  const edge: Pattern = { kind: 'assert', assertion: 'word' };
  const before = words === undefined || /^\w/.test(words) ? [edge] : [];
  const after = words === undefined || /\w$/.test(words) ? [edge] : [];
  return { kind: 'sequence', parts: [...before, pattern, ...after] };
}

function byWords({ words, matchCase }: Search) {
  const fold = (text: string) => (matchCase ? text : text.toLowerCase());
  const wanted = fold(words);
  return {
    test: (text: string) => fold(text).includes(wanted),
    hits(text: string): Hit[] {
      const inText = fold(text);
      const hits: Hit[] = [];
      for (let at = inText.indexOf(wanted); at >= 0; at = inText.indexOf(wanted, at + wanted.length))
        hits.push([at, at + wanted.length]);
      return hits;
    },
  };
}
