interface Chosen {
  name: string;
  allowedActions: readonly string[];
}

interface Misfit<Verb extends string> {
  verbs: readonly Verb[];
  names: readonly string[];
}

/** Which of the chosen a verb does not fit, for those that fit some; verbs that leave out the same ones together. */
export function bulkMisfits<Verb extends string>(chosen: readonly Chosen[], verbs: readonly Verb[]): Misfit<Verb>[] {
  const misfits = verbs.flatMap((verb) => {
    const names = chosen.filter(({ allowedActions }) => !allowedActions.includes(verb)).map(({ name }) => name);
    return names.length === 0 || names.length === chosen.length ? [] : [{ verb, names }];
  });
  const together = Map.groupBy(misfits, ({ names }) => names.join());
  return [...together.values()].map((same) => ({
    verbs: same.map(({ verb }) => verb),
    names: same[0]?.names ?? [],
  }));
}
