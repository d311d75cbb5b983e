const MOST = 5;

/** Of the names there are, those that a part of an address was probably meant to be, best first. */
export function nearestNames(asked: readonly string[], names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, away: Math.min(...asked.map((part) => distance(part, name)), Number.POSITIVE_INFINITY) }))
    .filter(({ name, away }) => away <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.away - b.away || a.name.localeCompare(b.name))
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** Letters to insert, delete or replace; 1 when the one begins with the other. */
function distance(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length > 2 && (b.startsWith(a) || a.startsWith(b))) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
