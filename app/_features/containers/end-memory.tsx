'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatTick, formatTime } from '../../_lib/format.ts';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { TileChart } from '../../_ui/chart/tile-chart.tsx';
import { gapOf } from '../metrics/chart-data.ts';
import { endSpan } from './end-span.ts';

const POINTS = 180;
/** A single point is no course. */
const FEWEST = 2;

/** What memory was used up to an end that nobody asked for, with the limit; absent where nothing was recorded. */
export function EndMemory({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const tm = useTranslations('metrics');
  const tc = useTranslations('chart');
  const locale = useLocale();
  const { state, stopReason } = detail;
  const span = endSpan(state);
  const { data } = useQuery(
    useTRPC().metrics.container.queryOptions(
      { containerId: detail.id, from: span && new Date(span.from), to: span && new Date(span.to), points: POINTS },
      { enabled: span !== undefined },
    ),
  );
  if (span === undefined || data === undefined) return null;
  const { memory } = data.figures;
  if (memory.filter((value) => value !== null).length < FEWEST) return null;
  const reached = stopReason?.kind === 'oom' ? stopReason.limitBytes : undefined;
  const limit = reached ?? detail.memoryLimitBytes;
  const killed = stopReason?.kind === 'oom' || (stopReason?.kind === 'crashed' && stopReason.signal !== undefined);
  return (
    <div className="mt-3">
      <TileChart
        tall
        fatal
        at={data.at}
        values={memory}
        span={span}
        gapMs={gapOf(data.stepMs)}
        color={4}
        limit={limit}
        binary
        format={formatBytes}
        formatTick={(time) => formatTick(new Date(time), span.to - span.from, locale)}
        label={(summary) =>
          summary === undefined
            ? tc('nothing', { title: t('memoryBefore') })
            : t('memoryCourse', {
                last: formatBytes(summary.now),
                max: formatBytes(summary.max),
                at: formatTime(new Date(summary.maxAt), locale),
              })
        }
      />
      <p className="mt-1 flex flex-wrap gap-x-3 text-caption text-muted tabular-nums">
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="w-4 border-t-2" style={{ borderColor: 'var(--series-4)' }} />
          {tm('workingSet')}
        </span>
        {limit !== undefined && (
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className="w-4 border-danger border-t-2 border-dashed" />
            {t('limitOf', { limit: formatBytes(limit) })}
          </span>
        )}
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="h-3 border-danger border-l" />
          {t(killed ? 'markKilled' : 'markEnded')}
        </span>
      </p>
    </div>
  );
}
