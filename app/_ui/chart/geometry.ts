/** A stretch of time in ms. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** The stretch moved against the pointer, as paper under a hand; it never reaches into what is still to come. */
export function movedSpan({ from, to }: TimeSpan, draggedMs: number, now: number): TimeSpan {
  const by = Math.min(-draggedMs, Math.max(0, now - to));
  return { from: from + by, to: to + by };
}

/** Times of points, oldest first, and one value for each; null is unknown. */
interface Line {
  at: readonly number[];
  values: readonly (number | null)[];
}

interface Box {
  width: number;
  height: number;
}

/**
 * Path of a line in a box, from 0 to `top`. What is unknown, and a longer time than `gapMs` without a point, is left open:
 * nothing is drawn where nothing was measured.
 */
export function linePath({ at, values }: Line, span: TimeSpan, top: number, gapMs: number, box: Box): string {
  return toSegments({ at, values }, span, gapMs)
    .map((segment) => {
      const points = segment.map(([time, value]) => place(time, value, span, top, box));
      // A point alone is drawn as a dot by its round ends.
      return points.length === 1 ? `M${points[0]}h.01` : `M${points.join('L')}`;
    })
    .join('');
}

/** The surface below the same line. */
export function areaPath(line: Line, span: TimeSpan, top: number, gapMs: number, box: Box): string {
  return toSegments(line, span, gapMs)
    .filter((segment) => segment.length > 1)
    .map((segment) => {
      const points = segment.map(([time, value]) => place(time, value, span, top, box));
      const left = xOf(segment[0]?.[0] ?? 0, span, box).toFixed(1);
      const right = xOf(segment.at(-1)?.[0] ?? 0, span, box).toFixed(1);
      return `M${left},${box.height}L${points.join('L')}L${right},${box.height}Z`;
    })
    .join('');
}

function toSegments({ at, values }: Line, { from, to }: TimeSpan, gapMs: number): [number, number][][] {
  const segments: [number, number][][] = [];
  let last: number | undefined;
  for (const [index, time] of at.entries()) {
    if (time < from - gapMs || time > to + gapMs) continue;
    const value = values[index] ?? null;
    if (value === null) {
      last = undefined;
      continue;
    }
    if (last === undefined || time - last > gapMs) segments.push([]);
    segments.at(-1)?.push([time, value]);
    last = time;
  }
  return segments;
}

function place(time: number, value: number, span: TimeSpan, top: number, box: Box): string {
  const y = box.height - (top <= 0 ? 0 : value / top) * box.height;
  return `${xOf(time, span, box).toFixed(1)},${Math.max(0, y).toFixed(1)}`;
}

function xOf(time: number, { from, to }: TimeSpan, box: Box): number {
  return Math.min(box.width, Math.max(0, ((time - from) / (to - from)) * box.width));
}

/** Part of a limit from which on it is drawn. */
const IN_SIGHT = 0.1;

/** Where the scale ends, and the limit if it is drawn: one that is far away would press the lines to the ground. */
export function scaleOf(
  highest: number,
  limit: number | undefined,
  binary: boolean,
): { top: number; limit: number | undefined } {
  const drawn = limit !== undefined && highest >= limit * IN_SIGHT ? limit : undefined;
  return { limit: drawn, top: drawn !== undefined && highest <= drawn ? drawn : roundUp(highest, binary) };
}

/** The first round number that is not below `value`; of bytes such as fall on binary units. */
export function roundUp(value: number, binary: boolean): number {
  if (value <= 0) return 1;
  const unit = binary ? 1024 ** Math.max(0, Math.floor(Math.log2(value) / 10)) : 1;
  const rest = value / unit;
  const power = 10 ** Math.floor(Math.log10(rest));
  const steps = binary && rest > 2 ? [2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024] : undefined;
  const found =
    steps?.find((step) => step >= rest) ?? ([1, 2, 5, 10].find((step) => step * power >= rest) ?? 10) * power;
  return found * unit;
}

/** The point nearest to a time; -1 when there is none. */
export function nearestIndex(at: readonly number[], time: number): number {
  let best = -1;
  for (const [index, candidate] of at.entries())
    if (best === -1 || Math.abs(candidate - time) < Math.abs((at[best] ?? 0) - time)) best = index;
  return best;
}

interface Summary {
  now: number;
  mean: number;
  max: number;
  maxAt: number;
}

/** Of what is known; undefined when nothing is. */
export function summarize({ at, values }: Line): Summary | undefined {
  let summary: (Summary & { count: number }) | undefined;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const time = at[index] ?? 0;
    summary ??= { now: value, mean: 0, max: value, maxAt: time, count: 0 };
    summary.mean = (summary.mean * summary.count + value) / (summary.count + 1);
    summary.count += 1;
    summary.now = value;
    if (value > summary.max) Object.assign(summary, { max: value, maxAt: time });
  }
  return summary;
}
