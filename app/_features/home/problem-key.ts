/** Names one occurrence: the same problem another time has another stamp, and is shown again. */
export function problemKey(kind: string, id: string, stamp: number | undefined): string {
  return [kind, id, stamp ?? ''].join(':');
}
