'use client';
import { Download } from 'lucide';
import { useTranslations } from 'next-intl';
import { Button } from '../button.tsx';
import { toCsv } from './csv.ts';
import type { ChartFrame, ChartSeries } from './time-chart.tsx';

/** The numbers of a chart, newest first, and as a file. */
export function ChartTable({
  id,
  title,
  frame,
  series,
  format,
  fileName,
}: {
  id: string;
  title: string;
  frame: ChartFrame;
  series: readonly ChartSeries[];
  format: (value: number | undefined) => string;
  fileName: string;
}) {
  const t = useTranslations('chart');
  const { at, marks, formatTime } = frame;
  function save(): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([toCsv(at, series)], { type: 'text/csv' }));
    link.download = `${fileName}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
  const rows = at.map((time, index) => ({ time, index })).reverse();
  return (
    <div id={id} className="mt-2 border-hairline border-t pt-2">
      <section
        aria-label={t('tableOf', { title })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
        tabIndex={0}
        className="max-h-72 overflow-auto"
      >
        <table className="w-full text-caption tabular-nums">
          <thead className="sticky top-0 bg-surface">
            <tr className="text-left text-muted">
              <th scope="col" className="py-1 pr-4 font-medium">
                {t('time')}
              </th>
              {series.map(({ key, label }) => (
                <th key={key} scope="col" className="py-1 pr-4 text-right font-medium">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ time, index }) => (
              <tr key={time} className="border-hairline border-t">
                <th scope="row" className="whitespace-nowrap py-1 pr-4 text-left font-normal">
                  {formatTime(time)}
                </th>
                {series.map(({ key, values }) => (
                  <td key={key} className="whitespace-nowrap py-1 pr-4 text-right">
                    {format(values[index] ?? undefined)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {marks.length > 0 && (
          <ul className="border-hairline border-t py-1 text-caption">
            {marks.map((mark, order) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two marks can share their time
              <li key={`${mark.at}-${order}`} className={mark.bad ? 'text-danger' : 'text-muted'}>
                {formatTime(mark.at)} · {mark.text}
              </li>
            ))}
          </ul>
        )}
      </section>
      <Button size="compact" icon={Download} className="mt-2" onClick={save}>
        {t('saveCsv')}
      </Button>
    </div>
  );
}
