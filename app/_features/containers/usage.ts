import type { LivePoint } from './live-points.ts';

export interface Usage {
  /** Percent of one core, oldest first. */
  cpu: readonly TimedValue[];
  cpuNow: number | undefined;
  memoryBytes: number | undefined;
  /** Working set, oldest first. */
  memory: readonly TimedValue[];
}

interface TimedValue {
  at: number;
  value: number;
}

/** A minute, as the column says. */
export const USAGE_MS = 60_000;

export function toUsage(points: readonly LivePoint[]): Usage | undefined {
  if (points.length === 0) return undefined;
  const values = (field: 'cpu' | 'memory') =>
    points.flatMap((point) => {
      const value = point[field];
      return value === null ? [] : [{ at: point.at, value }];
    });
  const cpu = values('cpu');
  const memory = values('memory');
  return { cpu, cpuNow: cpu.at(-1)?.value, memory, memoryBytes: memory.at(-1)?.value };
}

/** Points of a line from 0 to at least `floor`, for a box of this size that is a minute wide; the newest at the right edge. */
export function sparkPoints(
  values: readonly TimedValue[],
  box: { width: number; height: number; floor: number },
): string {
  const top = Math.max(box.floor, ...values.map(({ value }) => value));
  const newest = values.at(-1)?.at ?? 0;
  return values
    .map(({ at, value }) => {
      const x = box.width - ((newest - at) / USAGE_MS) * box.width;
      const y = box.height - 1 - (value / top) * (box.height - 2);
      return `${Math.max(0, x).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
