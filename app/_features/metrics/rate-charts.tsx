import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { formatNetworkRate, formatRate } from '../../_lib/format.ts';
import { useNetworkUnit } from '../../_lib/preferences.ts';
import { type ChartFrame, type ChartSeries, TimeChart } from '../../_ui/chart/time-chart.tsx';

interface Props<Field extends string> {
  frame: ChartFrame;
  /** The values of a figure, drawn as told. */
  line: (field: Field, look: Omit<ChartSeries, 'values' | 'key'>) => ChartSeries;
  aside?: string | undefined;
  fileName: string;
}

/** In and out, in the unit that was chosen for networks. */
export function NetworkChart({ line, ...chart }: Props<'rx' | 'tx'>) {
  const t = useTranslations('metrics');
  const unit = useNetworkUnit();
  const format = useCallback(
    (value: number | undefined, asTick?: boolean) => formatNetworkRate(value, unit, asTick),
    [unit],
  );
  return (
    <TimeChart
      {...chart}
      title={t('network')}
      series={[
        line('rx', { label: t('received'), color: 1 }),
        line('tx', { label: t('sent'), color: 5, dashed: true }),
      ]}
      format={format}
      binary={false}
    />
  );
}

/** Bytes a second from and to the disks. */
export function BlockChart({ line, ...chart }: Props<'read' | 'write'>) {
  const t = useTranslations('metrics');
  return (
    <TimeChart
      {...chart}
      title={t('blockIo')}
      series={[
        line('read', { label: t('read'), color: 1 }),
        line('write', { label: t('written'), color: 5, dashed: true }),
      ]}
      format={formatRate}
      binary
    />
  );
}
