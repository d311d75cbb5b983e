import { isNarrowed, type LogView, SINCE } from './log-view.ts';

export type LogFile = 'range' | 'all' | 'times' | 'packed';

/** What of a log can be had as a file; a part of it only where a part is looked at. */
export function logFiles(view: LogView): readonly LogFile[] {
  return isNarrowed(view) ? ['range', 'all', 'times', 'packed'] : ['all', 'times', 'packed'];
}

/** Where the server has it, with the times of its lines except for `all`. */
export function logAddress(containerId: string, file: LogFile, view: LogView, now: Date): string {
  const wanted = new URLSearchParams();
  if (file !== 'all') wanted.set('timestamps', '1');
  if (file === 'packed') wanted.set('gzip', '1');
  if (file === 'range') {
    const minutes = view.from === undefined && view.to === undefined ? SINCE[view.since] : undefined;
    const from = minutes === undefined ? view.from : new Date(now.getTime() - minutes * 60_000);
    if (from !== undefined) wanted.set('from', from.toISOString());
    if (view.to !== undefined) wanted.set('to', view.to.toISOString());
    if (view.stream !== 'both') wanted.set('stream', view.stream);
  }
  const query = wanted.toString();
  return `/api/containers/${encodeURIComponent(containerId)}/log${query === '' ? '' : `?${query}`}`;
}
