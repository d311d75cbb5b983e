'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import {
  type FormatFigure,
  formatBytes,
  formatLoad,
  formatPercent,
  formatTick,
  formatTime,
} from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { TileChart } from '../../_ui/chart/tile-chart.tsx';
import { Figure } from '../../_ui/figure.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { gapOf } from '../metrics/chart-data.ts';
import { useHostUsage } from '../metrics/use-host-usage.ts';
import { DiskParts } from './disk-parts.tsx';

const PAST_MS = 30_000;
const LENGTH_S = 1_800;
const POINTS = 120;

/** The host now and in the last half hour: processor, memory, load and what fills the disk. */
export function HostTiles() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const { usage: data, error } = useHostUsage();
  const info = useQuery(trpc.host.info.queryOptions({}, { staleTime: Number.POSITIVE_INFINITY }));
  if (error !== null && data === undefined)
    return (
      <div className="col-span-12">
        <ErrorNote error={error} />
      </div>
    );
  const share = (used: number, total: number) => (total === 0 ? undefined : formatPercent((used / total) * 100));
  return (
    <>
      <Tile
        title={t('cpu')}
        of={info.data && t('cores', { count: info.data.cpus })}
        value={data && formatPercent(data.cpuPercent)}
      >
        <Past field="cpu" title={t('cpu')} color={1} top={100} format={formatPercent} />
      </Tile>
      <Tile
        title={t('memory')}
        of={data && t('ofAll', { size: formatBytes(data.memoryTotalBytes) })}
        value={data && formatBytes(data.memoryUsedBytes)}
        part={data && share(data.memoryUsedBytes, data.memoryTotalBytes)}
      >
        <Past field="memory" title={t('memory')} color={4} top={data?.memoryTotalBytes} format={formatBytes} />
      </Tile>
      <Tile title={t('hostLoad')} of={t('oneMinute')} value={data && formatLoad(data.load1)}>
        <Past field="load" title={t('hostLoad')} color={3} format={formatLoad} />
      </Tile>
      <Tile
        title={t('disk')}
        of={data && t('ofAll', { size: formatBytes(data.diskTotalBytes) })}
        value={data && formatBytes(data.diskUsedBytes)}
        part={data && share(data.diskUsedBytes ?? 0, data.diskTotalBytes ?? 0)}
      >
        {data?.diskTotalBytes !== undefined && data.diskUsedBytes !== undefined && (
          <DiskParts usedBytes={data.diskUsedBytes} totalBytes={data.diskTotalBytes} />
        )}
      </Tile>
    </>
  );
}

function Tile({
  title,
  of,
  value,
  part,
  children,
}: {
  title: string;
  of: string | undefined;
  value: string | undefined;
  part?: string | undefined;
  children: ReactNode;
}) {
  return (
    <section className="col-span-6 min-w-0 rounded-card border border-line bg-surface px-4 py-3 max-md:px-3 lg:col-span-3">
      <h2 className="flex justify-between gap-2 font-medium text-muted text-table">
        {title} <span className="truncate font-normal text-faint tabular-nums">{of}</span>
      </h2>
      <p className="flex min-h-9 flex-wrap items-baseline gap-x-2 font-medium text-number tabular-nums max-sm:text-title">
        {value === undefined ? <span className="skeleton h-6 w-24 self-center" /> : <Figure value={value} />}
        {part !== undefined && <span className="font-normal text-muted text-table">{part}</span>}
      </p>
      {children}
    </section>
  );
}

function Past({
  field,
  title,
  color,
  top,
  format,
}: {
  field: 'cpu' | 'memory' | 'load';
  title: string;
  color: 1 | 3 | 4;
  top?: number | undefined;
  format: FormatFigure;
}) {
  const t = useTranslations('chart');
  const locale = useLocale();
  const { data } = useQuery(
    useTRPC().metrics.host.queryOptions(
      { lastSeconds: LENGTH_S, points: POINTS },
      { refetchInterval: PAST_MS, placeholderData: keepPreviousData },
    ),
  );
  // The room of the chart, so that nothing moves when it comes.
  if (data === undefined) return <div className="mt-1 h-[calc(72px+var(--lh-extra))]" />;
  return (
    <TileChart
      at={data.at}
      values={data.figures[field]}
      span={{ from: data.from, to: data.to }}
      gapMs={gapOf(data.stepMs)}
      color={color}
      top={top}
      format={format}
      formatTick={(time) => formatTick(new Date(time), LENGTH_S * 1_000, locale)}
      label={(summary) =>
        summary === undefined
          ? t('nothing', { title })
          : t('summary', {
              title,
              now: format(summary.now),
              mean: format(summary.mean),
              max: format(summary.max),
              at: formatTime(new Date(summary.maxAt), locale),
            })
      }
    />
  );
}
