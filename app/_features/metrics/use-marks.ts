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

/** So much before and after a mark is read beside its event. */
const AROUND_MS = 60_000;

/** Where the event of a mark is read, with what happened around it. */
function eventsAround(container: string, at: number): string {
  const iso = (time: number) => new Date(time).toISOString();
  return `/activity/events?${new URLSearchParams({ container, from: iso(at - AROUND_MS), to: iso(at + AROUND_MS) })}`;
}

/** What happened to a container, in the words of the page; kinds that this page does not know are left out. */
export function useMarks(marks: readonly Mark[], container: string): ChartMark[] {
  const t = useTranslations('metrics.mark');
  const wordsOf = ({ kind, detail }: Mark): string | undefined => {
    if (kind === 'health') return t.has(`health_${detail}`) ? t(`health_${detail as 'healthy'}`) : undefined;
    return t.has(kind) ? t(kind as 'exit', { detail }) : undefined;
  };
  return marks.flatMap((mark) => {
    const text = wordsOf(mark);
    return text === undefined ? [] : [{ at: mark.at, bad: isBad(mark), text, href: eventsAround(container, mark.at) }];
  });
}
