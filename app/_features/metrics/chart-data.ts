/** What the server answers of a range: columns as long as there are points. */
export interface Answered<Field extends string> {
  from: number;
  to: number;
  stepMs: number;
  at: readonly number[];
  figures: Readonly<Record<Field, readonly (number | null)[]>>;
}

/** Points that came live since the answer are put behind it; what has left the span goes. */
export function withLive<Field extends string>(
  answer: Answered<Field>,
  live: readonly ({ at: number } & { readonly [F in NoInfer<Field>]: number | null })[],
  from: number,
): Pick<Answered<Field>, 'at' | 'figures'> {
  const last = answer.at.at(-1) ?? 0;
  const more = live.filter(({ at }) => at > last);
  const first = answer.at.findIndex((at) => at >= from);
  const start = first === -1 ? answer.at.length : first;
  const fields = Object.keys(answer.figures) as Field[];
  const figures = Object.fromEntries(
    fields.map((field) => [field, [...answer.figures[field].slice(start), ...more.map((point) => point[field])]]),
  ) as Record<Field, (number | null)[]>;
  return { at: [...answer.at.slice(start), ...more.map(({ at }) => at)], figures };
}

/** Two missing steps are a gap, one late sample is not. */
export function gapOf(stepMs: number): number {
  return stepMs * 1.6;
}
