'use client';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { cx } from '../_lib/cx.ts';
import { Button } from './button.tsx';
import type { TimeSpan } from './chart/geometry.ts';
import { TextField } from './field.tsx';

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

const two = (value: number) => String(value).padStart(2, '0');

/** What an input of date and time takes, in the zone of the browser. */
function toLocal(time: number): string {
  const at = new Date(time);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

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
  const [bad, setBad] = useState(false);
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const from = new Date(String(data.get('from'))).getTime();
    const to = new Date(String(data.get('to'))).getTime();
    const ordered = Number.isFinite(from) && Number.isFinite(to) && from < to;
    setBad(!ordered);
    if (!ordered) return;
    setOpen(false);
    onSpan({ from, to });
  }

  return (
    <div className="min-w-0">
      <fieldset className="flex flex-wrap gap-1">
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
        <form onSubmit={submit} noValidate className="mt-2 flex flex-wrap items-end gap-2">
          <TextField label={t('from')} name="from" type="datetime-local" defaultValue={toLocal(span.from)} />
          <TextField
            label={t('to')}
            name="to"
            type="datetime-local"
            defaultValue={toLocal(span.to)}
            hint={t('zone', { zone })}
            error={bad ? t('order') : undefined}
          />
          <Button type="submit">{t('apply')}</Button>
        </form>
      )}
    </div>
  );
}

function choice(pressed: boolean): string {
  return cx(
    'h-8 rounded-control border px-2.5 font-medium text-table max-md:h-11',
    pressed ? 'border-accent bg-accent-soft text-fg' : 'border-line bg-surface text-muted hover:bg-hover hover:text-fg',
  );
}
