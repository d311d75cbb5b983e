'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatCount, formatPercent, formatRate, formatTime } from '../../_lib/format.ts';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { MarkList } from '../../_ui/chart/mark-list.tsx';
import { type ChartSeries, TimeChart } from '../../_ui/chart/time-chart.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { TIME_RANGES, TimePicker } from '../../_ui/time-picker.tsx';
import { useLivePoints } from '../containers/use-live-points.ts';
import { withLive } from './chart-data.ts';
import { refreshMs, useFrame, useNow } from './use-frame.ts';
import { useMarks } from './use-marks.ts';
import { useTimeRange } from './use-time-range.ts';

const LIVE_MS = 900_000;
const SECOND_MS = 1_000;
/** From here on a point is the mean of so much that its highest is worth a line. */
const COARSE_MS = 60_000;

/** What a container uses: now, second by second, and as far back as it is recorded. */
export function ContainerCharts({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('metrics');
  const locale = useLocale();
  const trpc = useTRPC();
  const chosen = useTimeRange();
  const { range, fixed } = chosen;
  const wanted = fixed
    ? { from: new Date(fixed.from), to: new Date(fixed.to) }
    : { lastSeconds: TIME_RANGES[range ?? '15m'] };
  const { data, error, isPending, refetch } = useQuery(
    trpc.metrics.container.queryOptions(
      { containerId: detail.id, ...wanted },
      {
        refetchInterval: ({ state }) => refreshMs(chosen, state.data?.stepMs),
        placeholderData: keepPreviousData,
      },
    ),
  );
  const running = detail.state.status === 'running' || detail.state.status === 'paused';
  const live = useLivePoints(fixed === undefined && running ? [detail.id] : [], 1, LIVE_MS).get(detail.id) ?? [];
  const now = useNow(fixed === undefined, SECOND_MS);
  const lengthMs = TIME_RANGES[range ?? '15m'] * 1_000;
  const shown = data && withLive(data, live, fixed?.from ?? now - lengthMs);
  const marks = useMarks(data?.marks ?? [], detail.name);
  const frame = useFrame(chosen, shown && { at: shown.at, stepMs: data.stepMs }, marks, now);
  const { nanoCpus, pidsLimit } = detail.config.resources;
  const coarse = (data?.stepMs ?? 0) >= COARSE_MS;
  const line = (field: keyof NonNullable<typeof shown>['figures'], look: Omit<ChartSeries, 'values' | 'key'>) => ({
    ...look,
    key: field,
    values: shown?.figures[field] ?? [],
  });
  const has = (field: keyof NonNullable<typeof shown>['figures']) =>
    shown?.figures[field].some((value) => value !== null && value > 0) === true;
  const file = (name: string) => `${detail.name}-${name}`;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <TimePicker range={range} span={frame.span} onRange={chosen.setRange} onSpan={chosen.setSpan} />
        {data?.since !== undefined && (
          <span className="py-1.5 text-caption text-faint">
            {t('since', { time: formatTime(new Date(data.since), locale) })}
          </span>
        )}
      </div>
      {isPending && <SkeletonRows />}
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {shown !== undefined && (
        <div className="grid grid-cols-2 gap-4 max-lg:grid-cols-1 max-md:gap-3">
          <TimeChart
            frame={frame}
            title={t('cpu')}
            aside={t('ofOneCore')}
            series={[
              line('cpu', { label: t('used'), color: 1 }),
              ...(coarse ? [line('cpuMax', { label: t('peak'), color: 2, dashed: true })] : []),
              ...(nanoCpus || has('throttled')
                ? [line('throttled', { label: t('throttled'), color: 5, dashed: true })]
                : []),
            ]}
            format={formatPercent}
            binary={false}
            limit={nanoCpus ? { label: t('limit'), value: nanoCpus / 1e7 } : undefined}
            fileName={file('cpu')}
          />
          <TimeChart
            frame={frame}
            title={t('memory')}
            aside={detail.memoryLimitBytes === undefined ? t('noLimit') : undefined}
            series={[
              line('memory', { label: t('workingSet'), color: 4 }),
              ...(coarse ? [line('memoryMax', { label: t('peak'), color: 2, dashed: true })] : []),
              line('cache', { label: t('cache'), color: 3, dashed: true }),
              ...(has('swap') ? [line('swap', { label: t('swap'), color: 5, dashed: true })] : []),
            ]}
            format={formatBytes}
            binary
            limit={
              detail.memoryLimitBytes === undefined ? undefined : { label: t('limit'), value: detail.memoryLimitBytes }
            }
            fileName={file('memory')}
          />
          <TimeChart
            frame={frame}
            title={t('network')}
            aside={detail.networkMode === 'host' ? t('hostNetwork') : undefined}
            series={[
              line('rx', { label: t('received'), color: 1 }),
              line('tx', { label: t('sent'), color: 5, dashed: true }),
            ]}
            format={formatRate}
            binary
            fileName={file('network')}
          />
          <TimeChart
            frame={frame}
            title={t('blockIo')}
            series={[
              line('read', { label: t('read'), color: 1 }),
              line('write', { label: t('written'), color: 5, dashed: true }),
            ]}
            format={formatRate}
            binary
            fileName={file('disk')}
          />
          <TimeChart
            frame={frame}
            title={t('pids')}
            series={[line('pids', { label: t('count'), color: 4 })]}
            format={formatCount}
            binary={false}
            limit={pidsLimit !== undefined && pidsLimit > 0 ? { label: t('limit'), value: pidsLimit } : undefined}
            fileName={file('pids')}
          />
          <MarkList frame={frame} />
        </div>
      )}
    </div>
  );
}
