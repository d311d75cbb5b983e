'use client';
import { useLocale } from 'next-intl';
import { useEffect, useState } from 'react';
import { formatTick, formatTime } from '../../_lib/format.ts';
import type { ChartFrame } from '../../_ui/chart/time-chart.tsx';
import { TIME_RANGES } from '../../_ui/time-picker.tsx';
import { type Answered, gapOf } from './chart-data.ts';
import type { ChosenTime } from './use-time-range.ts';

/** The last second of a running clock, or of none. */
export function useNow(running: boolean, everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => document.hidden || setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [running, everyMs]);
  return now;
}

/** How often the past is asked for anew; the present comes by the socket. */
export function refreshMs({ fixed }: ChosenTime, stepMs: number | undefined): number | false {
  return fixed === undefined ? Math.min(60_000, Math.max(30_000, stepMs ?? 0)) : false;
}

/** What all charts of a page share. */
export function useFrame(
  chosen: ChosenTime,
  answer: Pick<Answered<string>, 'at' | 'stepMs'> | undefined,
  marks: ChartFrame['marks'],
  now: number,
): ChartFrame {
  const locale = useLocale();
  const [cursor, onCursor] = useState<number>();
  const { range = '15m', fixed } = chosen;
  const lengthMs = TIME_RANGES[range] * 1_000;
  const span = fixed ?? { from: now - lengthMs, to: now };
  return {
    span,
    at: answer?.at ?? [],
    gapMs: gapOf(answer?.stepMs ?? 10_000),
    marks: marks.filter(({ at }) => at >= span.from && at <= span.to),
    cursor,
    onCursor,
    onZoom: chosen.zoomIn,
    onZoomOut: chosen.zoomOut,
    onPan: chosen.setSpan,
    formatTime: (time) => formatTime(new Date(time), locale),
    formatTick: (time) => formatTick(new Date(time), span.to - span.from, locale),
  };
}
