'use client';
import { useLocale, useTranslations } from 'next-intl';
import { formatDuration, formatTime } from '../_lib/format.ts';
import { useNow } from '../_lib/use-now.ts';
import { ExactTime } from './exact-time.tsx';

const NOW_MS = 60_000;
const RELATIVE_MS = 7 * 86_400_000;

/** How long ago, for a week; then the date. */
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
  return <ExactTime at={at}>{shown}</ExactTime>;
}
