'use client';
import { useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { Card } from '../card.tsx';
import { Link } from '../link.tsx';
import type { ChartFrame } from './time-chart.tsx';

const MAX_SHOWN = 30;

/** The marks of charts in words, the newest first; each leads to its event. */
export function MarkList({ frame }: { frame: ChartFrame }) {
  const t = useTranslations('chart');
  if (frame.marks.length === 0) return null;
  return (
    <Card title={t('marks')} flush>
      <ul className="max-h-72 overflow-y-auto">
        {frame.marks
          .slice(-MAX_SHOWN)
          .reverse()
          .map((mark, order) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two marks can share their time
            <li key={`${mark.at}-${order}`} className="border-hairline border-t first:border-t-0">
              <Link
                href={mark.href}
                className="flex min-h-9 items-center gap-2.5 px-4 text-table hover:bg-hover focus-visible:-outline-offset-2 max-md:min-h-11 max-md:px-3"
              >
                <span
                  aria-hidden="true"
                  className={cx('size-2 flex-none rounded-full', mark.bad ? 'bg-danger' : 'bg-line-strong')}
                />
                <span className="min-w-0 flex-1 truncate">{mark.text}</span>
                <time dateTime={new Date(mark.at).toISOString()} className="flex-none text-faint">
                  {frame.formatTime(mark.at)}
                </time>
              </Link>
            </li>
          ))}
      </ul>
    </Card>
  );
}
