'use client';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatTime } from '../../_lib/format.ts';
import type { ChartFrame } from '../../_ui/chart/time-chart.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { TimePicker } from '../../_ui/time-picker.tsx';
import type { ChosenTime } from './use-time-range.ts';

interface Props {
  chosen: ChosenTime;
  frame: ChartFrame;
  /** Of the oldest point there is. */
  since: number | undefined;
  isPending: boolean;
  error: unknown;
  onRetry: () => void;
  children: ReactNode;
}

/** The choice of time above all charts of a page, and what is said while there are none. */
export function ChartsFrame({ chosen, frame, since, isPending, error, onRetry, children }: Props) {
  const t = useTranslations('metrics');
  const locale = useLocale();
  return (
    <section aria-label={t('history')} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <TimePicker range={chosen.range} span={frame.span} onRange={chosen.setRange} onSpan={chosen.setSpan} />
        {since !== undefined && (
          <span className="py-1.5 text-caption text-faint">
            {t('since', { time: formatTime(new Date(since), locale) })}
          </span>
        )}
      </div>
      {isPending && <SkeletonRows />}
      {error !== null && <ErrorNote error={error} onRetry={onRetry} />}
      {children}
    </section>
  );
}
