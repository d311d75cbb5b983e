'use client';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import type { FormatFigure } from '../../_lib/format.ts';
import { Figure } from '../figure.tsx';
import { Link } from '../link.tsx';
import { ChartTable } from './chart-table.tsx';
import { areaPath, linePath, movedSpan, nearestIndex, scaleOf, summarize, type TimeSpan } from './geometry.ts';

export interface ChartSeries {
  key: string;
  label: string;
  values: readonly (number | null)[];
  /** Of the eight colours of series. */
  color: 1 | 2 | 3 | 4 | 5;
  dashed?: boolean | undefined;
}

export interface ChartMark {
  at: number;
  text: string;
  bad: boolean;
  /** Where more is said of it. */
  href: string;
}

/** What all charts of a page have in common. */
export interface ChartFrame {
  span: TimeSpan;
  at: readonly number[];
  /** A longer time without a point is a gap. */
  gapMs: number;
  marks: readonly ChartMark[];
  /** The time that is pointed at, in all charts at once. */
  cursor: number | undefined;
  onCursor: (time: number | undefined) => void;
  onZoom: (span: TimeSpan) => void;
  onZoomOut: () => void;
  /** To another stretch of the same length. */
  onPan: (span: TimeSpan) => void;
  formatTime: (time: number) => string;
  /** Short, for the axis. */
  formatTick: (time: number) => string;
}

interface TimeChartProps {
  frame: ChartFrame;
  title: string;
  /** Beside the title: what the number is a part of. */
  aside?: ReactNode;
  /** The first is drawn with its surface and gives the number. */
  series: readonly ChartSeries[];
  format: FormatFigure;
  /** Whether the scale is one of bytes. */
  binary: boolean;
  limit?: { label: string; value: number } | undefined;
  /** Names the file of the table. */
  fileName: string;
}

const BOX = { width: 600, height: 96 };
/** A press that moves less is no choice of a stretch of time. */
const MIN_DRAG = 0.02;
const FAR = 10;
/** Marks that can be pressed in a chart: the newest. */
const MAX_DOTS = 60;

/** Lines over time from zero up: pointer, keyboard and a table give the same numbers. */
export function TimeChart({ frame, title, aside, series, format, binary, limit, fileName }: TimeChartProps) {
  const t = useTranslations('chart');
  const [drag, setDrag] = useState<TimeSpan & { pans: boolean }>();
  const [asTable, setAsTable] = useState(false);
  const tableId = useId();
  const { span, at, gapMs, cursor, onCursor, formatTime } = frame;
  const highest = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  // A limit that is far away is told in words alone.
  const { top, limit: inSight } = scaleOf(highest, limit?.value, binary);
  const main = series[0];
  const summary = main && summarize({ at, values: main.values });
  const nearest = cursor === undefined ? -1 : nearestIndex(at, cursor);
  // In a gap there is no point to speak of.
  const index = Math.abs((at[nearest] ?? 0) - (cursor ?? 0)) <= gapMs ? nearest : -1;
  const pointed = index === -1 ? cursor : at[index];
  const inGap = pointed !== undefined && index === -1;
  const shown = (values: readonly (number | null)[]) =>
    cursor === undefined ? summarize({ at, values })?.now : (values[index] ?? undefined);
  const words =
    summary === undefined
      ? t('nothing', { title })
      : t('summary', {
          title,
          now: format(summary.now),
          mean: format(summary.mean),
          max: format(summary.max),
          at: formatTime(summary.maxAt),
        });
  const readout =
    pointed === undefined
      ? words
      : inGap
        ? `${formatTime(pointed)}: ${t('gap')}`
        : `${formatTime(pointed)}: ${series.map(({ label, values }) => `${label} ${format(values[index] ?? undefined)}`).join(', ')}`;

  function timeAt(event: PointerEvent<HTMLElement>): number {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - left) / Math.max(width, 1)));
    return span.from + part * (span.to - span.from);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape' && cursor !== undefined) {
      event.stopPropagation();
      onCursor(undefined);
      return;
    }
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -FAR, PageDown: FAR };
    const from = nearest === -1 ? at.length : nearest;
    const step = (steps[event.key] ?? 0) * (event.shiftKey ? FAR : 1);
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? at.length - 1 : from + step;
    if (step === 0 && event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    onCursor(at[Math.min(at.length - 1, Math.max(0, next))]);
  }

  function endDrag(): void {
    setDrag(undefined);
    if (drag === undefined) return;
    if (drag.pans) {
      const moved = movedSpan(span, drag.to - drag.from, Date.now());
      if (moved.from !== span.from) frame.onPan(moved);
      return;
    }
    const chosen = { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) };
    if (chosen.to - chosen.from >= (span.to - span.from) * MIN_DRAG) frame.onZoom(chosen);
  }

  const percentOf = (time: number) => ((time - span.from) / (span.to - span.from)) * 100;
  return (
    <section className="min-w-0 rounded-card border border-line bg-surface px-4 py-3 max-md:px-3" aria-label={title}>
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="font-medium text-muted text-table">{title}</h2>
        <span className="truncate text-caption text-faint tabular-nums">{aside}</span>
      </div>
      <p className="font-medium text-number tabular-nums">
        <Figure value={format(main && shown(main.values))} />
      </p>
      <div className="relative mt-1 mr-[52px] mb-5">
        <div
          role="slider"
          tabIndex={0}
          aria-label={words}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, at.length - 1)}
          aria-valuenow={index === -1 ? Math.max(0, at.length - 1) : index}
          aria-valuetext={readout}
          className="relative h-24 touch-pan-y select-none"
          onKeyDown={onKeyDown}
          onBlur={() => onCursor(undefined)}
          onPointerDown={(event) => {
            if (event.button !== 0 || event.pointerType === 'touch') return;
            const time = timeAt(event);
            event.currentTarget.setPointerCapture(event.pointerId);
            setDrag({ from: time, to: time, pans: event.shiftKey });
          }}
          onPointerMove={(event) => {
            const time = timeAt(event);
            onCursor(time);
            if (drag !== undefined) setDrag({ ...drag, to: time });
          }}
          onPointerUp={endDrag}
          onPointerCancel={() => setDrag(undefined)}
          onPointerLeave={() => drag === undefined && onCursor(undefined)}
          onDoubleClick={frame.onZoomOut}
        >
          <svg
            viewBox={`0 0 ${BOX.width} ${BOX.height}`}
            preserveAspectRatio="none"
            aria-hidden="true"
            className="absolute inset-0 h-full w-full overflow-visible"
          >
            {[0, BOX.height / 2, BOX.height].map((y) => (
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
            {frame.marks.map((mark, order) => {
              const x = (percentOf(mark.at) / 100) * BOX.width;
              return (
                <line
                  // biome-ignore lint/suspicious/noArrayIndexKey: two marks can share their time
                  key={`${mark.at}-${order}`}
                  x1={x}
                  x2={x}
                  y1={0}
                  y2={BOX.height}
                  className={mark.bad ? 'stroke-danger' : 'stroke-line-strong'}
                  strokeDasharray="2 3"
                  vectorEffect="non-scaling-stroke"
                />
              );
            })}
            {main !== undefined && (
              <path
                d={areaPath({ at, values: main.values }, span, top, gapMs, BOX)}
                fill={`var(--series-${main.color})`}
                style={{ fillOpacity: 'var(--area-opacity)' }}
              />
            )}
            {[...series].reverse().map(({ key, values, color, dashed }) => (
              <path
                key={key}
                d={linePath({ at, values }, span, top, gapMs, BOX)}
                fill="none"
                stroke={`var(--series-${color})`}
                strokeWidth="1.5"
                strokeLinecap="round"
                strokeLinejoin="round"
                strokeDasharray={dashed ? '5 4' : undefined}
                vectorEffect="non-scaling-stroke"
              />
            ))}
            {inSight !== undefined && (
              <line
                x1={0}
                x2={BOX.width}
                y1={BOX.height * (1 - inSight / top)}
                y2={BOX.height * (1 - inSight / top)}
                className="stroke-danger"
                strokeDasharray="4 3"
                vectorEffect="non-scaling-stroke"
              />
            )}
          </svg>
          {drag?.pans === false && (
            <span
              aria-hidden="true"
              className="absolute inset-y-0 bg-accent-soft opacity-60"
              style={{
                left: `${percentOf(Math.min(drag.from, drag.to))}%`,
                width: `${Math.abs(percentOf(drag.to) - percentOf(drag.from))}%`,
              }}
            />
          )}
          {pointed !== undefined && (
            <span
              aria-hidden="true"
              className="pointer-events-none absolute inset-y-0 w-px bg-fg"
              style={{ left: `${Math.min(100, Math.max(0, percentOf(pointed)))}%` }}
            />
          )}
        </div>
        {frame.marks.slice(-MAX_DOTS).map((mark, order) => (
          <Link
            // biome-ignore lint/suspicious/noArrayIndexKey: two marks can share their time
            key={`${mark.at}-${order}`}
            href={mark.href}
            // The list below has the same links for the keyboard and for readers.
            tabIndex={-1}
            aria-hidden="true"
            title={`${mark.text} · ${formatTime(mark.at)}`}
            className="absolute -top-3 flex size-6 -translate-x-1/2 items-center justify-center"
            style={{ left: `${percentOf(mark.at)}%` }}
          >
            <span className={cx('size-2 rounded-full', mark.bad ? 'bg-danger' : 'bg-line-strong')} />
          </Link>
        ))}
        <div aria-hidden="true" className="text-caption text-faint tabular-nums">
          <span className="absolute -top-2 left-full whitespace-nowrap pl-1.5">{format(top, true)}</span>
          <span className="absolute top-10 left-full whitespace-nowrap pl-1.5">{format(top / 2, true)}</span>
          <span className="absolute top-full left-0">{frame.formatTick(span.from)}</span>
          <span className="absolute top-full left-1/2 -translate-x-1/2">
            {frame.formatTick((span.from + span.to) / 2)}
          </span>
          <span className="absolute top-full right-0">{frame.formatTick(span.to)}</span>
        </div>
      </div>
      <div className="flex min-h-5 flex-wrap items-center gap-x-4 gap-y-1 text-caption text-muted">
        {series.map(({ key, label, values, color, dashed }) => (
          <span key={key} className="flex items-center gap-1.5 tabular-nums">
            <span
              aria-hidden="true"
              className={cx('w-3.5 border-t-2', dashed && 'border-dashed')}
              style={{ borderColor: `var(--series-${color})` }}
            />
            {label} <span className="text-fg">{format(shown(values))}</span>
          </span>
        ))}
        {limit !== undefined && (
          <span className="flex items-center gap-1.5 tabular-nums">
            <span aria-hidden="true" className="w-3.5 border-danger border-t-2 border-dashed" />
            {limit.label} <span className="text-fg">{format(limit.value)}</span>
          </span>
        )}
        <button
          type="button"
          aria-expanded={asTable}
          aria-controls={asTable ? tableId : undefined}
          onClick={() => setAsTable((open) => !open)}
          className="-my-1 ml-auto min-h-6 rounded-control px-1 text-accent hover:underline max-md:min-h-11"
        >
          {t(asTable ? 'hideTable' : 'showTable')}
        </button>
      </div>
      <p className="mt-1 min-h-4 text-caption md:truncate text-faint tabular-nums">
        {pointed === undefined
          ? summary !== undefined &&
            t('meanAndMax', { mean: format(summary.mean), max: format(summary.max), at: formatTime(summary.maxAt) })
          : [
              formatTime(pointed),
              ...(inGap ? [t('gap')] : []),
              ...marksNear(frame, pointed).map(({ text }) => text),
            ].join(' · ')}
      </p>
      {asTable && (
        <ChartTable id={tableId} title={title} frame={frame} series={series} format={format} fileName={fileName} />
      )}
    </section>
  );
}

/** Marks that a pointer at this time touches. */
function marksNear({ marks, span }: ChartFrame, time: number): readonly ChartMark[] {
  const near = (span.to - span.from) / 100;
  return marks.filter(({ at }) => Math.abs(at - time) <= near).slice(0, 3);
}
