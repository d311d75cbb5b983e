import { useTranslations } from 'next-intl';
import type { ContainerField } from '#server/metrics/index.ts';
import { formatBytes, formatCount, formatPercent } from '../../_lib/format.ts';
import { MarkList } from '../../_ui/chart/mark-list.tsx';
import { type ChartFrame, type ChartSeries, TimeChart } from '../../_ui/chart/time-chart.tsx';
import { BlockChart, NetworkChart } from './rate-charts.tsx';

/** From here on a point is the mean of so much that its highest is worth a line. */
const COARSE_MS = 60_000;

interface Props {
  name: string;
  frame: ChartFrame;
  figures: Readonly<Record<ContainerField, readonly (number | null)[]>>;
  stepMs: number;
  limits: {
    nanoCpus?: number | undefined;
    memoryBytes?: number | undefined;
    pids?: number | undefined;
    hostNetwork?: boolean;
  };
}

/** The charts of a container, live or gone. */
export function ContainerGrid({ name, frame, figures, stepMs, limits }: Props) {
  const t = useTranslations('metrics');
  const coarse = stepMs >= COARSE_MS;
  const line = (field: ContainerField, look: Omit<ChartSeries, 'values' | 'key'>) => ({
    ...look,
    key: field,
    values: figures[field],
  });
  const has = (field: ContainerField) => figures[field].some((value) => value !== null && value > 0);
  const file = (chart: string) => `${name}-${chart}`;
  return (
    <div className="grid grid-cols-2 gap-4 max-lg:grid-cols-1 max-md:gap-3">
      <TimeChart
        frame={frame}
        title={t('cpu')}
        aside={t('ofOneCore')}
        series={[
          line('cpu', { label: t('used'), color: 1 }),
          ...(coarse ? [line('cpuMax', { label: t('peak'), color: 2, dashed: true })] : []),
          ...(limits.nanoCpus || has('throttled')
            ? [line('throttled', { label: t('throttled'), color: 5, dashed: true })]
            : []),
        ]}
        format={formatPercent}
        binary={false}
        limit={limits.nanoCpus ? { label: t('limit'), value: limits.nanoCpus / 1e7 } : undefined}
        fileName={file('cpu')}
      />
      <TimeChart
        frame={frame}
        title={t('memory')}
        aside={limits.memoryBytes === undefined ? t('noLimit') : undefined}
        series={[
          line('memory', { label: t('workingSet'), color: 4 }),
          ...(coarse ? [line('memoryMax', { label: t('peak'), color: 2, dashed: true })] : []),
          line('cache', { label: t('cache'), color: 3, dashed: true }),
          ...(has('swap') ? [line('swap', { label: t('swap'), color: 5, dashed: true })] : []),
        ]}
        format={formatBytes}
        binary
        limit={limits.memoryBytes === undefined ? undefined : { label: t('limit'), value: limits.memoryBytes }}
        fileName={file('memory')}
      />
      <NetworkChart
        frame={frame}
        line={line}
        aside={limits.hostNetwork ? t('hostNetwork') : undefined}
        fileName={file('network')}
      />
      <BlockChart frame={frame} line={line} fileName={file('disk')} />
      <TimeChart
        frame={frame}
        title={t('pids')}
        series={[line('pids', { label: t('count'), color: 4 })]}
        format={formatCount}
        binary={false}
        limit={limits.pids !== undefined && limits.pids > 0 ? { label: t('limit'), value: limits.pids } : undefined}
        fileName={file('pids')}
      />
      <MarkList frame={frame} />
    </div>
  );
}
