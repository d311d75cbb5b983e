import { cx } from '../../_lib/cx.ts';
import type { FormatFigure } from '../../_lib/format.ts';
import { areaPath, linePath, scaleOf, summarize, type TimeSpan } from './geometry.ts';

const WIDTH = 300;
const HEIGHTS = { tile: 56, tall: 96 } as const;
const ALONG = { vectorEffect: 'non-scaling-stroke', fill: 'none', strokeWidth: '1.5' } as const;

/**
 * A small line over time: its highest mark at the right, both ends of the time below; in words for readers. A tall one has
 * the middles too, a limit and a second line, dashed.
 */
export function TileChart({
  at,
  values,
  also,
  span,
  gapMs,
  color,
  top,
  limit,
  binary = false,
  tall = false,
  fatal = false,
  label,
  format,
  formatTick,
}: {
  at: readonly number[];
  values: readonly (number | null)[];
  also?: { values: readonly (number | null)[]; color: 1 | 3 | 4 | 5 } | undefined;
  span: TimeSpan;
  /** A longer time without a point is a gap. */
  gapMs: number;
  /** Of the eight colours of series. */
  color: 1 | 3 | 4 | 5;
  /** The end of the scale; without it what is a little above the highest. */
  top?: number | undefined;
  /** Drawn as a line of its own, unless it is far above all values. */
  limit?: number | undefined;
  /** Whether the scale is one of bytes. */
  binary?: boolean;
  tall?: boolean;
  /** Whether its end is the end of what is measured, by force: a line in the colour of the limit. */
  fatal?: boolean;
  /** What the line says, as a sentence. */
  label: (summary: ReturnType<typeof summarize>) => string;
  format: FormatFigure;
  formatTick: (time: number) => string;
}) {
  const summary = summarize({ at, values });
  const highest = Math.max(0, ...values.map((value) => value ?? 0), ...(also?.values ?? []).map((value) => value ?? 0));
  const scale = scaleOf(highest, limit, binary);
  const end = top ?? scale.top;
  const box = { width: WIDTH, height: tall ? HEIGHTS.tall : HEIGHTS.tile };
  const line = { at, values };
  return (
    <figure
      role="img"
      aria-label={label(summary)}
      className="mt-1 grid grid-cols-[minmax(0,1fr)_auto] text-caption text-faint tabular-nums"
    >
      <svg
        viewBox={`0 0 ${box.width} ${box.height}`}
        preserveAspectRatio="none"
        className={cx('w-full', tall ? 'h-24' : 'h-14')}
        aria-hidden="true"
      >
        {[0.5, ...(tall ? [box.height / 2] : []), box.height - 0.5].map((y) => (
          <line key={y} x1={0} x2={WIDTH} y1={y} y2={y} className="stroke-hairline" vectorEffect="non-scaling-stroke" />
        ))}
        <path
          d={areaPath(line, span, end, gapMs, box)}
          fill={`var(--series-${color})`}
          style={{ fillOpacity: 'var(--area-opacity)' }}
        />
        {also !== undefined && (
          <path
            {...ALONG}
            d={linePath({ at, values: also.values }, span, end, gapMs, box)}
            stroke={`var(--series-${also.color})`}
            strokeDasharray="5 4"
          />
        )}
        <path
          {...ALONG}
          d={linePath(line, span, end, gapMs, box)}
          stroke={`var(--series-${color})`}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        {scale.limit !== undefined && (
          <line
            x1={0}
            x2={WIDTH}
            y1={Math.max(0.5, box.height * (1 - scale.limit / end))}
            y2={Math.max(0.5, box.height * (1 - scale.limit / end))}
            className="stroke-danger"
            strokeDasharray="4 3"
            vectorEffect="non-scaling-stroke"
          />
        )}
        {fatal && (
          <line
            x1={WIDTH - 0.5}
            x2={WIDTH - 0.5}
            y1={0}
            y2={box.height}
            className="stroke-danger"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <span aria-hidden="true" className="-mt-2 flex min-w-[34px] flex-col whitespace-nowrap pl-1.5">
        <span>{format(end, true)}</span>
        {tall && <span className="mt-8">{format(end / 2, true)}</span>}
      </span>
      <span aria-hidden="true" className="flex justify-between">
        <span>{formatTick(span.from)}</span>
        {tall && <span>{formatTick((span.from + span.to) / 2)}</span>}
        <span>{formatTick(span.to)}</span>
      </span>
    </figure>
  );
}
