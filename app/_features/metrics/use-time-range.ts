'use client';
import { useRef } from 'react';
import { useAddress } from '../../_lib/use-address.ts';
import type { TimeSpan } from '../../_ui/chart/geometry.ts';
import { TIME_RANGES, type TimeRange } from '../../_ui/time-picker.tsx';
import { type Shown, zoomedIn, zoomedOut } from './zoom-path.ts';

export interface ChosenTime {
  /** Undefined: two times were chosen. */
  range: TimeRange | undefined;
  fixed: TimeSpan | undefined;
  setRange(range: TimeRange): void;
  setSpan(span: TimeSpan): void;
  /** A part of what is shown. */
  zoomIn(span: TimeSpan): void;
  /** Back to what was shown before. */
  zoomOut(): void;
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
  const path = useRef<readonly Shown[]>([]);
  const setRange = (next: TimeRange) => setParams({ range: next === DEFAULT ? '' : next, from: '', to: '' });
  const setSpan = (span: TimeSpan) => setParams({ range: '', from: iso(span.from), to: iso(span.to) });
  return {
    range,
    fixed,
    setRange,
    setSpan,
    zoomIn(span) {
      path.current = zoomedIn(path.current, fixed === undefined ? { range: range ?? DEFAULT } : { span: fixed });
      setSpan(span);
    },
    zoomOut() {
      const { path: left, to } = zoomedOut(path.current, DEFAULT);
      path.current = left;
      if ('range' in to) setRange(to.range);
      else setSpan(to.span);
    },
  };
}

/** How long the chosen range is; the default one where two times were chosen. */
export function rangeMs({ range }: ChosenTime): number {
  return TIME_RANGES[range ?? DEFAULT] * 1_000;
}

/** As the server is asked for it. */
export function wantedRange(chosen: ChosenTime): { from: Date; to: Date } | { lastSeconds: number } {
  const { fixed } = chosen;
  return fixed === undefined
    ? { lastSeconds: rangeMs(chosen) / 1_000 }
    : { from: new Date(fixed.from), to: new Date(fixed.to) };
}
