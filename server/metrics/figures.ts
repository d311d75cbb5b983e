import { fieldsOf, type Values } from './fields.ts';

/** Figures by name as a page gets them; unknown is null, never 0. Fractions matter of percents and of the load only. */
export function toFigures(series: string, values: Values): Record<string, number | null> {
  return Object.fromEntries(
    fieldsOf(series).map((field, index) => [field, toFigure(field, values[index] ?? Number.NaN)]),
  );
}

const EXACT = 1_000;
const FRACTIONS: ReadonlySet<string> = new Set(['cpu', 'cpuMax', 'throttled', 'load', 'pids']);

export function toFigure(field: string, value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return FRACTIONS.has(field) ? Math.round(value * EXACT) / EXACT : Math.round(value);
}
