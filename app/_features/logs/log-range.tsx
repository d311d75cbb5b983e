'use client';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { parseTimeText, toTimeText } from '../../_lib/parse-time-text.ts';
import { Button } from '../../_ui/button.tsx';
import { TextField } from '../../_ui/field.tsx';

interface Props {
  from: Date | undefined;
  to: Date | undefined;
  onRange: (range: { from: Date | undefined; to: Date | undefined }) => void;
}

/** Two times, typed: either may be left empty, so that a log is shown from or up to the other. */
export function LogRange({ from, to, onRange }: Props) {
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
    if (!first.isEmpty && first.at === undefined) return setBad('from');
    if (!last.isEmpty && last.at === undefined) return setBad('to');
    if (first.at !== undefined && last.at !== undefined && first.at >= last.at) return setBad('order');
    setBad(undefined);
    onRange({ from: first.at, to: last.at });
  }

  return (
    <form onSubmit={submit} noValidate className="flex w-full flex-wrap items-start gap-2">
      <TextField
        label={t('from')}
        name="from"
        defaultValue={from === undefined ? '' : toTimeText(from)}
        placeholder={t('example')}
        error={bad === 'from' ? t('noTime') : undefined}
      />
      <TextField
        label={t('to')}
        name="to"
        defaultValue={to === undefined ? '' : toTimeText(to)}
        placeholder={t('openEnd')}
        hint={t('zone', { zone: new Intl.DateTimeFormat().resolvedOptions().timeZone })}
        error={bad === 'to' ? t('noTime') : bad === 'order' ? t('order') : undefined}
      />
      <Button type="submit" className="mt-[26px]">
        {t('apply')}
      </Button>
    </form>
  );
}
