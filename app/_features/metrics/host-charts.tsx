'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatPercent, formatRate, formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { type ChartSeries, TimeChart } from '../../_ui/chart/time-chart.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { TIME_RANGES, TimePicker } from '../../_ui/time-picker.tsx';
import { refreshMs, useFrame, useNow } from './use-frame.ts';
import { useTimeRange } from './use-time-range.ts';

const STEP_MS = 10_000;
const NO_MARKS: never[] = [];

/** What the host uses, as far back as it is recorded. */
export function HostCharts({ hostname }: { hostname: string }) {
  const t = useTranslations('metrics');
  const locale = useLocale();
  const trpc = useTRPC();
  const chosen = useTimeRange();
  const { range, fixed } = chosen;
  const wanted = fixed
    ? { from: new Date(fixed.from), to: new Date(fixed.to) }
    : { lastSeconds: TIME_RANGES[range ?? '15m'] };
  const { data, error, isPending, refetch } = useQuery(
    trpc.metrics.host.queryOptions(wanted, {
      refetchInterval: ({ state }) => refreshMs(chosen, state.data?.stepMs),
      placeholderData: keepPreviousData,
    }),
  );
  const now = useNow(fixed === undefined, STEP_MS);
  const frame = useFrame(chosen, data, NO_MARKS, Math.max(now, data?.to ?? 0));
  const figures = data?.figures;
  const line = (field: keyof NonNullable<typeof figures>, look: Omit<ChartSeries, 'values' | 'key'>) => ({
    ...look,
    key: field,
    values: figures?.[field] ?? [],
  });
  const total = (field: 'memoryLimit' | 'diskLimit') => {
    const value = figures?.[field].findLast((known) => known !== null);
    return value ? { label: t('total'), value } : undefined;
  };
  return (
    <section aria-label={t('history')} className="flex flex-col gap-4">
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
      {figures !== undefined && (
        <div className="grid grid-cols-2 gap-4 max-lg:grid-cols-1 max-md:gap-3">
          <TimeChart
            frame={frame}
            title={t('cpu')}
            aside={t('ofAllCores')}
            series={[
              line('cpu', { label: t('used'), color: 1 }),
              ...(data !== undefined && data.stepMs > STEP_MS
                ? [line('cpuMax', { label: t('peak'), color: 2, dashed: true })]
                : []),
            ]}
            format={formatPercent}
            binary={false}
            fileName={`${hostname}-cpu`}
          />
          <TimeChart
            frame={frame}
            title={t('memory')}
            series={[
              line('memory', { label: t('used'), color: 4 }),
              line('swap', { label: t('swap'), color: 5, dashed: true }),
            ]}
            format={formatBytes}
            binary
            limit={total('memoryLimit')}
            fileName={`${hostname}-memory`}
          />
          <TimeChart
            frame={frame}
            title={t('network')}
            series={[
              line('rx', { label: t('received'), color: 1 }),
              line('tx', { label: t('sent'), color: 5, dashed: true }),
            ]}
            format={formatRate}
            binary
            fileName={`${hostname}-network`}
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
            fileName={`${hostname}-disk`}
          />
          <TimeChart
            frame={frame}
            title={t('load')}
            aside={t('oneMinute')}
            series={[line('load', { label: t('load'), color: 1 })]}
            format={(value) => value?.toFixed(2) ?? '–'}
            binary={false}
            fileName={`${hostname}-load`}
          />
          <TimeChart
            frame={frame}
            title={t('diskSpace')}
            series={[line('disk', { label: t('used'), color: 4 })]}
            format={formatBytes}
            binary
            limit={total('diskLimit')}
            fileName={`${hostname}-space`}
          />
        </div>
      )}
    </section>
  );
}
