/** Names one occurrence: the same problem another time has another stamp, and is shown again. */
export function problemKey(kind: string, id: string, stamp: number | undefined): string {
  return [kind, id, stamp ?? ''].join(':');
}

export function failureKey(operation: { id: string }): string {
  return problemKey('operation', operation.id, undefined);
}

/**
 * Of what was put aside, what is not over: what comes again later is shown again.
 * @param well checks of the host that are fine, and kinds of room on its disk of which there is enough
 */
export function withoutOver(
  aside: readonly string[],
  well: { checks: readonly string[]; fillings: readonly string[] },
): readonly string[] {
  const over = [
    ...well.checks.map((code) => problemKey('check', code, undefined)),
    ...well.fillings.map((of) => `disk:${of}:`),
  ];
  return aside.filter((key) => !over.some((one) => key.startsWith(one)));
}
