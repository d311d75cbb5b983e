/**
 * The list with what is known now of some of its rows: those that came are first, as they are the newest; those that are asked for
 * and not among the answers are gone. All others stay the same objects.
 */
export function mergeRows<Row extends { id: string }>(
  before: readonly Row[],
  asked: readonly string[],
  answers: readonly Row[],
): Row[] {
  const wanted = new Set(asked);
  const now = new Map(answers.filter(({ id }) => wanted.has(id)).map((row) => [row.id, row]));
  const kept = before.flatMap((row) => (wanted.has(row.id) ? (now.get(row.id) ?? []) : row));
  const known = new Set(before.map(({ id }) => id));
  return [...[...now.values()].filter(({ id }) => !known.has(id)), ...kept];
}
