'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { type FormatFigure, formatBytes, formatPercent, formatTick, formatTime } from '../../_lib/format.ts';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { TileChart } from '../../_ui/chart/tile-chart.tsx';
import { Figure } from '../../_ui/figure.tsx';
import { Link } from '../../_ui/link.tsx';
import { gapOf, withLive } from '../metrics/chart-data.ts';
import { useNow } from '../metrics/use-frame.ts';
import { containerHref } from './container-actions.tsx';
import { LimitBar } from './usage-cells.tsx';
import { useLivePoints } from './use-live-points.ts';

const SPAN_MS = 900_000;
const POINTS = 180;
const REFRESH_MS = 30_000;
const SECOND_MS = 1_000;
/** Of `nanoCpus` in a percent of one core. */
const PER_PERCENT = 1e7;

/** CPU and memory now, second by second, with the last quarter of an hour and the limits. */
export function UsageCard({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const tm = useTranslations('metrics');
  const { id, memoryLimitBytes: limitBytes } = detail;
  const { data } = useQuery(
    useTRPC().metrics.container.queryOptions(
      { containerId: id, lastSeconds: SPAN_MS / 1_000, points: POINTS },
      { refetchInterval: REFRESH_MS, placeholderData: keepPreviousData },
    ),
  );
  const live = useLivePoints([id], 1, SPAN_MS).get(id) ?? [];
  const now = useNow(true, SECOND_MS);
  const shown = data && withLive(data, live, now - SPAN_MS);
  const newest = live.at(-1);
  const cpuLimit = detail.config.resources.nanoCpus ? detail.config.resources.nanoCpus / PER_PERCENT : undefined;
  const throttled = shown?.figures.throttled.some((value) => value !== null && value > 0) === true;
  const memory = newest?.memory ?? undefined;
  const frame = {
    at: shown?.at ?? [],
    span: { from: now - SPAN_MS, to: now },
    gapMs: gapOf(data?.stepMs ?? REFRESH_MS),
  };
  return (
    <Card
      title={t('usage')}
      aside={
        <Link href={containerHref(detail.name, '/stats')} className="text-accent hover:underline">
          {t('tab_stats')}
        </Link>
      }
    >
      <div className="grid grid-cols-2 gap-x-8 gap-y-5 max-md:grid-cols-1">
        <Meter
          {...frame}
          label={t('column_cpu')}
          value={formatPercent(newest?.cpu ?? undefined)}
          aside={cpuLimit === undefined ? t('ofOneCore') : t('cpuLimit', { limit: formatPercent(cpuLimit) })}
          main={{ name: tm('used'), values: shown?.figures.cpu ?? [], color: 1 }}
          also={throttled ? { name: tm('throttled'), values: shown.figures.throttled, color: 5 } : undefined}
          limit={cpuLimit}
          binary={false}
          format={formatPercent}
        />
        <Meter
          {...frame}
          label={t('column_memory')}
          value={formatBytes(memory)}
          part={limitBytes === undefined || memory === undefined ? undefined : memory / limitBytes}
          aside={limitBytes === undefined ? t('noMemoryLimit') : t('ofLimit', { limit: formatBytes(limitBytes) })}
          main={{ name: tm('workingSet'), values: shown?.figures.memory ?? [], color: 4 }}
          also={{ name: tm('cache'), values: shown?.figures.cache ?? [], color: 3 }}
          limit={limitBytes}
          binary
          format={formatBytes}
        />
      </div>
    </Card>
  );
}

interface Line {
  name: string;
  values: readonly (number | null)[];
  color: 1 | 3 | 4 | 5;
}

interface MeterProps {
  label: string;
  value: string;
  part?: number | undefined;
  aside: string;
  at: readonly number[];
  span: { from: number; to: number };
  gapMs: number;
  main: Line;
  also: Line | undefined;
  limit: number | undefined;
  binary: boolean;
  format: FormatFigure;
}

function Meter({ label, value, part, aside, at, span, gapMs, main, also, limit, binary, format }: MeterProps) {
  const t = useTranslations('chart');
  const locale = useLocale();
  return (
    <div className="min-w-0">
      <p className="text-muted text-table">{label}</p>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium text-number tabular-nums">
          <Figure value={value} />
        </span>
        <span className="text-muted text-table">
          {part !== undefined && <LimitBar part={part} className="mr-2 inline-block align-middle" />}
          {aside}
        </span>
      </p>
      <TileChart
        tall
        at={at}
        values={main.values}
        also={also}
        span={span}
        gapMs={gapMs}
        color={main.color}
        limit={limit}
        binary={binary}
        format={format}
        formatTick={(time) => formatTick(new Date(time), SPAN_MS, locale)}
        label={(summary) =>
          summary === undefined
            ? t('nothing', { title: label })
            : t('summary', {
                title: label,
                now: format(summary.now),
                mean: format(summary.mean),
                max: format(summary.max),
                at: formatTime(new Date(summary.maxAt), locale),
              })
        }
      />
      <p className="mt-1 flex flex-wrap gap-x-3 text-caption text-muted">
        {[main, also].map(
          (line) =>
            line !== undefined && (
              <span key={line.name} className="inline-flex items-center gap-1.5">
                <span
                  aria-hidden="true"
                  className={line === main ? 'w-4 border-t-2' : 'w-4 border-t-2 border-dashed'}
                  style={{ borderColor: `var(--series-${line.color})` }}
                />
                {line.name}
              </span>
            ),
        )}
      </p>
    </div>
  );
}
