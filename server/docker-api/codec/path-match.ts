import { EngineError } from '#engine/errors/index.ts';

/**
 * Go's path.Match: `*` and `?` stop at a slash, `[a-z]` and `[^a-z]` are classes, a backslash protects.
 *
 * @throws EngineError `invalid_argument` "syntax error in pattern"
 */
export function pathMatch(pattern: string, text: string): boolean {
  return matchFrom(parsePattern(pattern), 0, [...text], 0);
}

type Token = { kind: 'star' } | { kind: 'one'; accepts: (char: string) => boolean };

/** Backtracks over stars only, which a short pattern has few of: the length is bounded by the caller's query. */
function matchFrom(tokens: readonly Token[], at: number, chars: readonly string[], from: number): boolean {
  let [token, char, retryToken, retryChar] = [at, from, -1, 0];
  while (char < chars.length || token < tokens.length) {
    const current = tokens[token];
    const here = chars[char];
    if (current?.kind === 'star') {
      [retryToken, retryChar] = [token, char];
      token += 1;
    } else if (current !== undefined && here !== undefined && current.accepts(here)) {
      token += 1;
      char += 1;
    } else if (retryToken >= 0 && retryChar < chars.length && chars[retryChar] !== '/') {
      retryChar += 1;
      [token, char] = [retryToken + 1, retryChar];
    } else return false;
  }
  return true;
}

function parsePattern(pattern: string): Token[] {
  const tokens: Token[] = [];
  const chars = [...pattern];
  let at = 0;
  const next = (): string => {
    const char = chars[at];
    if (char === undefined) throw badPattern();
    at += 1;
    return char;
  };
  while (at < chars.length) {
    const char = next();
    if (char === '*') tokens.push({ kind: 'star' });
    else if (char === '?') tokens.push({ kind: 'one', accepts: (other) => other !== '/' });
    else if (char === '[') tokens.push({ kind: 'one', accepts: parseClass(next, () => chars[at]) });
    else {
      const literal = char === '\\' ? next() : char;
      tokens.push({ kind: 'one', accepts: (other) => other === literal });
    }
  }
  return tokens;
}

function parseClass(next: () => string, peek: () => string | undefined): (char: string) => boolean {
  const negated = peek() === '^';
  if (negated) next();
  const ranges: [string, string][] = [];
  const bound = (): string => {
    const char = next();
    if (char === '-' || char === ']') throw badPattern();
    return char === '\\' ? next() : char;
  };
  do {
    const low = bound();
    let high = low;
    if (peek() === '-') {
      next();
      high = bound();
    }
    ranges.push([low, high]);
  } while (peek() !== ']');
  next();
  return (char) => ranges.some(([low, high]) => low <= char && char <= high) !== negated;
}

function badPattern(): EngineError {
  return new EngineError('invalid_argument', 'syntax error in pattern', { reason: 'pattern_invalid' });
}
