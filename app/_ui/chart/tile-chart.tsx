import { areaPath, linePath, roundUp, summarize, type TimeSpan } from './geometry.ts';

const BOX = { width: 300, height: 56 };

/** A small line over time for a tile: its highest mark at the right, both ends of the time below; in words for readers. */
export function TileChart({
  at,
  values,
  span,
  gapMs,
  color,
  top,
  label,
  format,
  formatTick,
}: {
  at: readonly number[];
  values: readonly (number | null)[];
  span: TimeSpan;
  /** A longer time without a point is a gap. */
  gapMs: number;
  /** Of the eight colours of series. */
  color: 1 | 3 | 4;
  /** The end of the scale; without it what is a little above the highest. */
  top?: number | undefined;
  /** What the line says, as a sentence. */
  label: (summary: ReturnType<typeof summarize>) => string;
  format: (value: number) => string;
  formatTick: (time: number) => string;
}) {
  const summary = summarize({ at, values });
  const end = top ?? roundUp(summary?.max ?? 0, false);
  const line = { at, values };
  return (
    <figure
      role="img"
      aria-label={label(summary)}
      className="mt-1 grid grid-cols-[minmax(0,1fr)_auto] text-caption text-faint tabular-nums"
    >
      <svg
        viewBox={`0 0 ${BOX.width} ${BOX.height}`}
        preserveAspectRatio="none"
        className="h-14 w-full"
        aria-hidden="true"
      >
        {[0.5, BOX.height - 0.5].map((y) => (
          <line
            key={y}
            x1={0}
            x2={BOX.width}
            y1={y}
            y2={y}
            className="stroke-hairline"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        <path
          d={areaPath(line, span, end, gapMs, BOX)}
          fill={`var(--series-${color})`}
          style={{ fillOpacity: 'var(--area-opacity)' }}
        />
        <path
          d={linePath(line, span, end, gapMs, BOX)}
          fill="none"
          stroke={`var(--series-${color})`}
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <span aria-hidden="true" className="-mt-2 min-w-[34px] whitespace-nowrap pl-1.5">
        {format(end)}
      </span>
      <span aria-hidden="true" className="flex justify-between">
        <span>{formatTick(span.from)}</span>
        <span>{formatTick(span.to)}</span>
      </span>
    </figure>
  );
}
