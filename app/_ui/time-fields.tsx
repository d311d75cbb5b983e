'use client';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { parseTimeText, toTimeText } from '../_lib/parse-time-text.ts';
import { zoneName } from '../_lib/time-zone.ts';
import { Button } from './button.tsx';
import { TextField } from './field.tsx';

interface OpenRange {
  from: Date | undefined;
  to: Date | undefined;
}

/**
 * Two times, typed as people say them: `2h`, `10:59`, `2026-11-21 10:00`. An empty one leaves its end open; what cannot be
 * read says so under its field.
 *
 * @param beginNeeded whether there is nothing to show without a beginning
 */
export function TimeFields({
  from,
  to,
  beginNeeded = false,
  onRange,
}: OpenRange & { beginNeeded?: boolean; onRange: (range: OpenRange) => void }) {
  const t = useTranslations('timePicker');
  const [bad, setBad] = useState<'from' | 'to' | 'order'>();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const read = (name: 'from' | 'to') => {
      const text = String(data.get(name)).trim();
      return { isEmpty: text === '', at: parseTimeText(text) };
    };
    const [first, last] = [read('from'), read('to')];
    if ((!first.isEmpty || beginNeeded) && first.at === undefined) return setBad('from');
    if (!last.isEmpty && last.at === undefined) return setBad('to');
    if (first.at !== undefined && first.at >= (last.at ?? new Date())) return setBad('order');
    setBad(undefined);
    onRange({ from: first.at, to: last.at });
  }

  return (
    <form onSubmit={submit} noValidate className="flex w-full flex-wrap items-start gap-2">
      <TextField
        label={t('from')}
        name="from"
        autoComplete="off"
        defaultValue={from === undefined ? '' : toTimeText(from)}
        placeholder={t('example')}
        error={bad === 'from' ? t('noTime') : undefined}
      />
      <TextField
        label={t('to')}
        name="to"
        autoComplete="off"
        defaultValue={to === undefined ? '' : toTimeText(to)}
        placeholder={t('openEnd')}
        hint={t('zone', { zone: zoneName() })}
        error={bad === 'to' ? t('noTime') : bad === 'order' ? t('order') : undefined}
      />
      <Button type="submit" className="mt-[26px]">
        {t('apply')}
      </Button>
    </form>
  );
}
