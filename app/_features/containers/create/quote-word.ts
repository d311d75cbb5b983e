const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word of a shell command: single quotes keep everything but themselves. */
export function quoteWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
