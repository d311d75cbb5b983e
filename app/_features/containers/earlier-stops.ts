/** What is remembered of a moment of a container, as the server marks it in its charts. */
interface Mark {
  at: number;
  kind: string;
  detail: string;
}

interface EarlierStop {
  at: number;
  exitCode: number;
  kind: 'oom' | 'stopped' | 'exited' | 'failed';
  /** Who stopped it, when that is known. */
  by: string | undefined;
  /** How long it had run, when its start is remembered too. */
  ranMs: number | undefined;
}

const MOST = 5;
/** What belongs to an end is marked about when it is. */
const NEAR_MS = 2_000;

/**
 * The ends before the one that lasts, newest first.
 * @param until of a container that does not run: when it ended
 */
export function earlierStops(marks: readonly Mark[], until: number | undefined): EarlierStop[] {
  const known = marks.toSorted((a, b) => a.at - b.at);
  const stops = known.flatMap((mark, index): EarlierStop[] => {
    const exitCode = Number(mark.detail);
    if (mark.kind !== 'exit' || mark.detail === '' || Number.isNaN(exitCode)) return [];
    // An end is told after it was; the one that lasts stands above.
    if (until !== undefined && mark.at >= until) return [];
    const before = known.slice(0, index);
    const begun = before.findLastIndex(({ kind }) => kind === 'start');
    const ran = before.slice(begun + 1);
    const start = ran.some(({ kind }) => kind === 'exit') ? undefined : before[begun];
    const next = known.slice(index + 1).find(({ kind }) => kind === 'start' || kind === 'exit' || kind === 'stop');
    const stop = next?.kind === 'stop' && next.at - mark.at < NEAR_MS ? next : undefined;
    const oom = ran.some(({ at, kind }) => kind === 'oom' && mark.at - at < NEAR_MS);
    return [
      {
        at: mark.at,
        exitCode,
        kind: oom ? 'oom' : stop !== undefined ? 'stopped' : exitCode === 0 ? 'exited' : 'failed',
        by: stop === undefined || stop.detail === '' ? undefined : stop.detail,
        ranMs: start === undefined ? undefined : mark.at - start.at,
      },
    ];
  });
  return stops.toReversed().slice(0, MOST);
}
