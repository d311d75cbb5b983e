'use client';
import { useLocale, useTranslations } from 'next-intl';
import { formatDuration, formatExact, formatTime } from '../_lib/format.ts';
import { useNow } from '../_lib/use-now.ts';

const NOW_MS = 60_000;
const RELATIVE_MS = 7 * 86_400_000;

/** How long ago, for a week; then the date. The exact time with its zone is behind the pointer. */
export function Moment({ at }: { at: Date }) {
  const t = useTranslations('ui');
  const locale = useLocale();
  const ago = useNow() - at.getTime();
  const shown =
    ago < NOW_MS
      ? t('justNow')
      : ago < RELATIVE_MS
        ? t('ago', { time: formatDuration(ago - (ago % NOW_MS), locale) })
        : formatTime(at, locale);
  return (
    <time dateTime={at.toISOString()} title={formatExact(at, locale)} className="tabular-nums">
      {shown}
    </time>
  );
}
