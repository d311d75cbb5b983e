'use client';
import { useTranslations } from 'next-intl';
import { formatBytes, formatPercent } from '../../_lib/format.ts';
import { Card } from '../../_ui/card.tsx';
import { sparkPoints, type Usage } from './usage.ts';
import { LimitBar } from './usage-cells.tsx';
import { useUsage } from './use-usage.ts';

const BOX = { width: 300, height: 56 };

/** CPU and memory of the last minute, once a second. */
export function UsageCard({ containerId, limitBytes }: { containerId: string; limitBytes: number | undefined }) {
  const t = useTranslations('containers');
  const usage = useUsage([containerId], 1).get(containerId);
  return (
    <Card title={t('usage')} aside={<span className="text-muted">{t('lastMinute')}</span>}>
      <div className="grid grid-cols-2 gap-6 max-md:grid-cols-1">
        <Meter
          label={t('column_cpu')}
          value={formatPercent(usage?.cpuNow)}
          aside={t('ofOneCore')}
          values={usage?.cpu ?? []}
          floor={10}
          tone="text-series-1"
        />
        <Meter
          label={t('column_memory')}
          value={formatBytes(usage?.memoryBytes)}
          aside={limitBytes === undefined ? t('noMemoryLimit') : t('ofLimit', { limit: formatBytes(limitBytes) })}
          values={usage?.memory ?? []}
          floor={limitBytes ?? (usage?.memoryBytes ?? 1) * 1.25}
          tone="text-series-4"
          part={
            limitBytes === undefined || usage?.memoryBytes === undefined ? undefined : usage.memoryBytes / limitBytes
          }
        />
      </div>
    </Card>
  );
}

function Meter({
  label,
  value,
  aside,
  values,
  floor,
  tone,
  part,
}: {
  label: string;
  value: string;
  aside: string;
  values: Usage['cpu'];
  floor: number;
  tone: string;
  part?: number | undefined;
}) {
  const points = values.length < 2 ? '' : sparkPoints(values, { ...BOX, floor });
  const left = points.slice(0, points.indexOf(','));
  return (
    <div className="min-w-0">
      <p className="text-caption text-muted">{label}</p>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium text-number tabular-nums">{value}</span>
        <span className="flex items-center gap-2 text-muted text-table">
          {part !== undefined && <LimitBar part={part} />}
          {aside}
        </span>
      </p>
      <svg
        viewBox={`0 0 ${BOX.width} ${BOX.height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className={`mt-1 h-14 w-full border-hairline border-b ${tone}`}
      >
        {points !== '' && (
          <>
            <polygon
              points={`${left},${BOX.height} ${points} ${BOX.width},${BOX.height}`}
              fill="currentColor"
              style={{ fillOpacity: 'var(--area-opacity)' }}
            />
            <polyline
              points={points}
              fill="none"
              stroke="currentColor"
              strokeWidth="1.5"
              vectorEffect="non-scaling-stroke"
            />
          </>
        )}
      </svg>
    </div>
  );
}
