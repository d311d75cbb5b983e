import type { Finder } from './finder.ts';
import type { LinePlace } from './log-view.ts';
import { isLine, type LogEntry, type LogLine } from './log-window.ts';

/** What is drawn while something is searched for. */
export const SHOWN = ['all', 'hits', 'others'] as const;
export type Shown = (typeof SHOWN)[number];

interface Selection {
  shown: readonly LogEntry[];
  /** Places in `shown` of the lines with a hit. */
  hits: readonly number[];
  /** Lines with a hit, shown or not. */
  count: number;
}

/** What is drawn, and the places in it of the lines with a hit. @param context lines kept before and after each hit */
export function selectLines(
  entries: readonly LogEntry[],
  finder: Finder | undefined,
  { show, context }: { show: Shown; context: number },
): Selection {
  if (finder === undefined) return { shown: entries, hits: [], count: 0 };
  const places: number[] = [];
  for (const [index, entry] of entries.entries()) if (isLine(entry) && finder.matches(entry)) places.push(index);
  const count = places.length;
  if (show === 'all') return { shown: entries, hits: places, count };
  if (show === 'others') {
    const hidden = new Set(places);
    return { shown: entries.filter((_, index) => !hidden.has(index)), hits: [], count };
  }
  const shown: LogEntry[] = [];
  const hits: number[] = [];
  let next = 0;
  for (const [order, place] of places.entries()) {
    for (let at = Math.max(next, place - context); at < place; at += 1) push(at);
    hits.push(shown.length);
    push(place);
    const until = Math.min(place + context, (places[order + 1] ?? entries.length) - 1);
    for (let at = place + 1; at <= until; at += 1) push(at);
    next = Math.max(place, until) + 1;
  }
  return { shown, hits, count };

  function push(at: number): void {
    const entry = entries[at];
    if (entry !== undefined) shown.push(entry);
  }
}

/** The line of a link; when its file was rotated away, the first one that is as young. */
export function lineAt(entries: readonly LogEntry[], place: LinePlace | undefined): LogLine | undefined {
  if (place === undefined) return undefined;
  const lines = entries.filter(isLine);
  return (
    lines.find(({ cursor }) => cursor === place.cursor) ?? lines.find(({ timeMs }) => timeMs >= place.at.getTime())
  );
}
