'use client';
import { useTranslations } from 'next-intl';
import type { ChartMark } from '../../_ui/chart/time-chart.tsx';

interface Mark {
  at: number;
  kind: string;
  detail: string;
}

/** Endings that somebody should look at: killed for memory, another code than 0, unhealthy. */
function isBad({ kind, detail }: Mark): boolean {
  return kind === 'oom' || (kind === 'exit' && detail !== '0') || (kind === 'health' && detail === 'unhealthy');
}

/** What happened, in the words of the page; kinds that this page does not know are left out. */
export function useMarks(marks: readonly Mark[]): ChartMark[] {
  const t = useTranslations('metrics.mark');
  return marks.flatMap((mark) => {
    const key = mark.kind === 'health' ? `health_${mark.detail}` : mark.kind;
    return t.has(key) ? [{ at: mark.at, bad: isBad(mark), text: t(key as 'exit', { detail: mark.detail }) }] : [];
  });
}
