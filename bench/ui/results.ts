// What was measured, beside what it should be.
import { quantile } from '../figures.ts';

export interface Result {
  what: string;
  unit: 'ms' | 'frames/s' | 'MB' | 'MB/s' | 'kB';
  values: readonly number[];
  /** For all but the worst twentieth: of units per second at least so much, of all others at most. Undefined: nothing is promised. */
  target?: number;
}

const isRate = ({ unit }: Result): boolean => unit.endsWith('/s');

/** The bad end is the slow one. */
function badEnd(result: Result): number {
  return quantile(result.values, isRate(result) ? 0.05 : 0.95);
}

export function isOver(result: Result): boolean {
  const { target } = result;
  if (target === undefined) return false;
  const value = badEnd(result);
  // What could not be measured is not good.
  return isRate(result) ? !(value >= target) : !(value <= target);
}

function targetText(result: Result): string {
  const { target } = result;
  if (target === undefined) return '';
  return `${isRate(result) ? '≥' : '≤'} ${target}`;
}

const figure = (value: number): string => value.toFixed(value >= 100 ? 0 : 1);

/** A line of the Markdown table. */
export function toRow(result: Result, load: number): string {
  const { what, unit, values } = result;
  const mark = isOver(result) ? ' **over**' : '';
  const figures = [figure(quantile(values, 0.5)), figure(badEnd(result))];
  return `| ${[what, unit, ...figures, values.length, targetText(result) + mark, load.toFixed(1)].join(' | ')} |\n`;
}

/** What is not as good as it should be, a line each. */
export function overText(results: readonly Result[]): string {
  if (results.length === 0) return '\nEverything is within its target.\n';
  const lines = results.map((result) => {
    return `- ${result.what}: ${figure(badEnd(result))} ${result.unit}, target ${targetText(result)}\n`;
  });
  return `\nNot within the target:\n\n${lines.join('')}`;
}
