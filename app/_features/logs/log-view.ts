import type { Search } from './finder.ts';
import { SHOWN, type Shown } from './select-lines.ts';

/** Minutes back from now. */
export const SINCE = { all: undefined, '15m': 15, '1h': 60, '24h': 1_440 } as const;
export type Since = keyof typeof SINCE;
export const STREAMS = ['both', 'stdout', 'stderr'] as const;
export type StreamChoice = (typeof STREAMS)[number];
/** By the clock of the shown zone, by that of UTC, since the process began, or not at all. */
export const TIMES = ['local', 'utc', 'start', 'off'] as const;
export type Times = (typeof TIMES)[number];
export const CONTEXTS = [0, 2, 5, 20] as const;

/** One line of a log: when it was written, and where in the stored log. */
export interface LinePlace {
  at: Date;
  cursor: string;
}

/** How a log is looked at; all of it is in the address. */
export interface LogView extends Search {
  show: Shown;
  /** Lines around each hit while the others are hidden. */
  context: number;
  wrap: boolean;
  times: Times;
  /** Ignored while there is a `from` or a `to`. */
  since: Since;
  from: Date | undefined;
  to: Date | undefined;
  stream: StreamChoice;
  /** The line that a link leads to. */
  place: LinePlace | undefined;
}

const CURSOR = /^[\w-]{1,48}:\d{1,15}$/;

/** @param params of the address; what is no valid value counts as not there */
export function readView(params: Pick<URLSearchParams, 'get'>, isPhone: boolean): LogView {
  const is = (name: string) => params.get(name) === 'on';
  const at = timeOf(params.get('at'));
  const cursor = params.get('line') ?? '';
  const context = Number(params.get('context'));
  return {
    words: params.get('q') ?? '',
    regex: is('regex'),
    matchCase: is('case'),
    wholeWord: is('word'),
    show: SHOWN.find((one) => one === params.get('show')) ?? 'all',
    context: CONTEXTS.find((one) => one === context) ?? 0,
    wrap: (params.get('wrap') ?? (isPhone ? 'on' : 'off')) === 'on',
    times: TIMES.find((one) => one === params.get('times')) ?? 'local',
    since: (Object.keys(SINCE) as Since[]).find((one) => one === params.get('since')) ?? 'all',
    from: timeOf(params.get('from')),
    to: timeOf(params.get('to')),
    stream: STREAMS.find((one) => one === params.get('stream')) ?? 'both',
    place: at === undefined || !CURSOR.test(cursor) ? undefined : { at, cursor },
  };
}

/** The parameters of the address that a change of the view changes; an empty value takes one away. */
export function toParams(change: Partial<LogView>): Record<string, string> {
  const params: Record<string, string> = {};
  const flag = (on: boolean) => (on ? 'on' : '');
  if (change.words !== undefined) params['q'] = change.words;
  if (change.regex !== undefined) params['regex'] = flag(change.regex);
  if (change.matchCase !== undefined) params['case'] = flag(change.matchCase);
  if (change.wholeWord !== undefined) params['word'] = flag(change.wholeWord);
  if (change.show !== undefined) params['show'] = change.show === 'all' ? '' : change.show;
  if (change.context !== undefined) params['context'] = change.context === 0 ? '' : String(change.context);
  if (change.wrap !== undefined) params['wrap'] = change.wrap ? 'on' : 'off';
  if (change.times !== undefined) params['times'] = change.times === 'local' ? '' : change.times;
  if (change.since !== undefined) params['since'] = change.since === 'all' ? '' : change.since;
  if ('from' in change) params['from'] = change.from?.toISOString() ?? '';
  if ('to' in change) params['to'] = change.to?.toISOString() ?? '';
  if (change.stream !== undefined) params['stream'] = change.stream === 'both' ? '' : change.stream;
  if ('place' in change) {
    params['at'] = change.place?.at.toISOString() ?? '';
    params['line'] = change.place?.cursor ?? '';
  }
  return params;
}

/** The address of one line, without what somebody happens to search for. */
export function linkTo(place: LinePlace, address: string): string {
  const url = new URL(address);
  url.search = new URLSearchParams({ at: place.at.toISOString(), line: place.cursor }).toString();
  url.hash = '';
  return url.href;
}

/** Why there is nothing to see. */
export function emptyKey(
  loaded: number,
  isCleared: boolean,
  view: LogView,
): 'empty' | 'emptyCleared' | 'emptyRange' | 'emptyHits' {
  if (isCleared) return 'emptyCleared';
  if (loaded > 0) return 'emptyHits';
  return isNarrowed(view) ? 'emptyRange' : 'empty';
}

/** Whether a part of the log is shown, by time or stream. */
export function isNarrowed({ since, from, to, stream }: LogView): boolean {
  return since !== 'all' || from !== undefined || to !== undefined || stream !== 'both';
}

function timeOf(text: string | null): Date | undefined {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at;
}
