/** A longer address is none that anybody sends. */
const MOST = 50;

/** Rows as an address names them: by words, for a colleague who has the same rows; nothing where it would be too many. */
export function formatSelection(words: readonly string[]): string {
  return words.length > MOST ? '' : words.toSorted().join(',');
}

/** Ids of the rows that such a text names; those that are not there any more are left out. */
export function readSelection<Row>(
  text: string,
  rows: readonly Row[],
  { idOf, wordOf }: { idOf: (row: Row) => string; wordOf: (row: Row) => string },
): Set<string> {
  const words = new Set(text.split(','));
  return new Set(rows.filter((row) => words.has(wordOf(row))).map(idOf));
}
