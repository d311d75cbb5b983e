'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { formatBytes, formatLoad, formatPercent } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { type ChartSeries, TimeChart } from '../../_ui/chart/time-chart.tsx';
import { useHostPoints } from '../containers/use-live-points.ts';
import { withLive } from './chart-data.ts';
import { ChartsFrame } from './charts-frame.tsx';
import { BlockChart, NetworkChart } from './rate-charts.tsx';
import { refreshMs, useFrame, useNow } from './use-frame.ts';
import { rangeMs, useTimeRange, wantedRange } from './use-time-range.ts';

const STEP_MS = 10_000;
const LIVE_MS = 900_000;
const SECOND_MS = 1_000;
const NO_MARKS: never[] = [];

/** What the host uses: now, second by second, and as far back as it is recorded. */
export function HostCharts({ hostname }: { hostname: string }) {
  const t = useTranslations('metrics');
  const trpc = useTRPC();
  const chosen = useTimeRange();
  const { fixed } = chosen;
  const { data, error, isPending, refetch } = useQuery(
    trpc.metrics.host.queryOptions(wantedRange(chosen), {
      refetchInterval: ({ state }) => refreshMs(chosen, state.data?.stepMs),
      placeholderData: keepPreviousData,
    }),
  );
  const live = useHostPoints(fixed === undefined, 1, LIVE_MS);
  const now = useNow(fixed === undefined, SECOND_MS);
  const shown = data && withLive(data, live, fixed?.from ?? now - rangeMs(chosen));
  const frame = useFrame(chosen, shown && { at: shown.at, stepMs: data.stepMs }, NO_MARKS, now);
  const figures = shown?.figures;
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
    <ChartsFrame
      chosen={chosen}
      frame={frame}
      since={data?.since}
      isPending={isPending}
      error={error}
      onRetry={() => void refetch()}
    >
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
          <NetworkChart frame={frame} line={line} fileName={`${hostname}-network`} />
          <BlockChart frame={frame} line={line} fileName={`${hostname}-disk`} />
          <TimeChart
            frame={frame}
            title={t('load')}
            aside={t('oneMinute')}
            series={[line('load', { label: t('load'), color: 1 })]}
            format={formatLoad}
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
    </ChartsFrame>
  );
}
