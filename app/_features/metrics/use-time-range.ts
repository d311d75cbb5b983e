'use client';
import { useAddress } from '../../_lib/use-address.ts';
import type { TimeSpan } from '../../_ui/chart/geometry.ts';
import { TIME_RANGES, type TimeRange } from '../../_ui/time-picker.tsx';

export interface ChosenTime {
  /** Undefined: two times were chosen. */
  range: TimeRange | undefined;
  fixed: TimeSpan | undefined;
  setRange(range: TimeRange): void;
  setSpan(span: TimeSpan): void;
}

const DEFAULT: TimeRange = '15m';

/** The time that charts show, kept in the address: `range=1h`, or `from=…&to=…`. */
export function useTimeRange(): ChosenTime {
  const { params, setParams } = useAddress();
  const from = Date.parse(params.get('from') ?? '');
  const to = Date.parse(params.get('to') ?? '');
  const named = params.get('range') ?? '';
  const fixed = from < to ? { from, to } : undefined;
  const range = fixed === undefined ? (named in TIME_RANGES ? (named as TimeRange) : DEFAULT) : undefined;
  const iso = (time: number) => new Date(time).toISOString();
  return {
    range,
    fixed,
    setRange: (next) => setParams({ range: next === DEFAULT ? '' : next, from: '', to: '' }),
    setSpan: (span) => setParams({ range: '', from: iso(span.from), to: iso(span.to) }),
  };
}
