'use client';
import { cx } from '../../_lib/cx.ts';
import { formatBytes, formatPercent } from '../../_lib/format.ts';
import { sparkPoints, type Usage } from './usage.ts';

const WIDTH = 56;
const HEIGHT = 18;

/** A line of the last minute; the number beside it says it in words. */
function Sparkline({ values, floor }: { values: Usage['cpu']; floor: number }) {
  if (values.length < 2) return <span className="inline-block h-[18px] w-14" />;
  const points = sparkPoints(values, { width: WIDTH, height: HEIGHT, floor });
  const left = points.slice(0, points.indexOf(','));
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true" className="flex-none text-series-1">
      <polygon
        points={`${left},${HEIGHT} ${points} ${WIDTH},${HEIGHT}`}
        fill="currentColor"
        style={{ fillOpacity: 'var(--area-opacity)' }}
      />
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  );
}

interface CellProps {
  usage: Usage | undefined;
  /** Said where there is none. */
  why: string | undefined;
}

/** Unknown is a dash, never a zero. */
export function CpuCell({ usage, why }: CellProps) {
  const now = usage?.cpuNow;
  if (usage === undefined || now === undefined)
    return (
      <span data-off-phone title={why} className="inline-block w-12 text-right text-faint">
        –
      </span>
    );
  return (
    <span className="flex items-center gap-2">
      <span className="w-12 text-right tabular-nums max-md:w-auto">{formatPercent(now)}</span>
      <Sparkline values={usage.cpu} floor={10} />
    </span>
  );
}

/** Of all that run in a stack; as long as one of them is not known, no sum is. */
export function UsageSum({ field, usages }: { field: 'cpu' | 'memory'; usages: readonly (Usage | undefined)[] }) {
  const values = usages.map((usage) => (field === 'cpu' ? usage?.cpuNow : usage?.memoryBytes));
  const sum = values.every((value) => value !== undefined) ? values.reduce((all, value) => all + value, 0) : undefined;
  const shown =
    values.length === 0 || sum === undefined ? '–' : field === 'cpu' ? formatPercent(sum) : formatBytes(sum);
  return (
    <span className={cx('whitespace-nowrap tabular-nums', field === 'cpu' && 'inline-block min-w-12 text-right')}>
      {shown}
    </span>
  );
}

/** Used and, when there is one, the limit: above 75 and 90 percent of it the bar says so. */
export function MemoryCell({ usage, why, limitBytes }: CellProps & { limitBytes: number | undefined }) {
  if (usage?.memoryBytes === undefined)
    return (
      <span data-off-phone title={why} className="text-faint">
        –
      </span>
    );
  return (
    <span className="flex items-center gap-2 whitespace-nowrap max-md:flex-wrap max-md:gap-y-0">
      {limitBytes !== undefined && (
        <LimitBar part={usage.memoryBytes / limitBytes} className="max-wide:hidden max-md:order-last max-md:block" />
      )}
      <span className="tabular-nums" title={`${usage.memoryBytes} B`}>
        {formatBytes(usage.memoryBytes)}
        {limitBytes !== undefined && <span className="text-faint">{` / ${formatBytes(limitBytes)}`}</span>}
      </span>
    </span>
  );
}

export function LimitBar({ part, className }: { part: number; className?: string }) {
  const tone = part > 0.9 ? 'bg-danger' : part > 0.75 ? 'bg-warning' : 'bg-series-1';
  return (
    <span
      aria-hidden="true"
      className={cx('h-1 w-11 flex-none overflow-hidden rounded-full bg-neutral-soft', className)}
    >
      <span className={cx('block h-full', tone)} style={{ width: `${Math.min(part, 1) * 100}%` }} />
    </span>
  );
}
