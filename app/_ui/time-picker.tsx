'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { cx } from '../_lib/cx.ts';
import type { TimeSpan } from './chart/geometry.ts';
import { TimeFields } from './time-fields.tsx';

/** Lengths of time up to now, by the name they have in an address. */
export const TIME_RANGES = {
  '15m': 900,
  '1h': 3_600,
  '6h': 21_600,
  '24h': 86_400,
  '7d': 604_800,
  '30d': 2_592_000,
  '1y': 31_536_000,
} as const;

export type TimeRange = keyof typeof TIME_RANGES;

const NAMES = Object.keys(TIME_RANGES) as TimeRange[];

/** A length of time up to now, or two times, typed or chosen. */
export function TimePicker({
  range,
  span,
  onRange,
  onSpan,
}: {
  /** Undefined: two times were chosen. */
  range: TimeRange | undefined;
  /** What is shown. */
  span: TimeSpan;
  onRange: (range: TimeRange) => void;
  onSpan: (span: TimeSpan) => void;
}) {
  const t = useTranslations('timePicker');
  const [open, setOpen] = useState(false);
  return (
    <div className="min-w-0">
      <fieldset className="flex min-w-0 flex-wrap gap-1 max-md:flex-nowrap max-md:overflow-x-auto">
        <legend className="sr-only">{t('label')}</legend>
        {NAMES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={range === name}
            onClick={() => onRange(name)}
            className={choice(range === name)}
          >
            {t(`range_${name}`)}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={range === undefined}
          aria-expanded={open}
          onClick={() => setOpen((value) => !value)}
          className={choice(range === undefined)}
        >
          {t('custom')}
        </button>
      </fieldset>
      {open && (
        <div className="mt-2">
          <TimeFields
            from={new Date(span.from)}
            to={new Date(span.to)}
            beginNeeded
            onRange={({ from, to }) => {
              setOpen(false);
              if (from !== undefined) onSpan({ from: from.getTime(), to: to?.getTime() ?? Date.now() });
            }}
          />
        </div>
      )}
    </div>
  );
}

function choice(pressed: boolean): string {
  return cx(
    'h-8 flex-none rounded-control border px-2.5 font-medium text-table max-md:h-11',
    pressed ? 'border-accent bg-accent-soft text-fg' : 'border-line bg-surface text-muted hover:bg-hover hover:text-fg',
  );
}
