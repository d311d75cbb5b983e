// Samples of all engines, and the table they become.
import { loadavg } from 'node:os';
import type { BenchEngine } from './engines.ts';

/** What was measured; of units per second more is better, of all others less. */
export interface Figure {
  what: string;
  unit: 'ms' | 'MB' | 'MB/s' | '/s' | 'lines/s';
}

type EngineName = BenchEngine['name'];

interface Row extends Figure {
  samples: Map<EngineName, number[]>;
  /** Of one minute, when the last sample was taken. */
  load: number;
}

export class Figures {
  readonly #rows = new Map<string, Row>();

  add(engine: EngineName, figure: Figure, value: number): void {
    const row = this.#rows.get(figure.what) ?? { ...figure, samples: new Map(), load: 0 };
    this.#rows.set(figure.what, row);
    row.samples.set(engine, [...(row.samples.get(engine) ?? []), value]);
    row.load = loadavg()[0] ?? 0;
  }

  /** A Markdown table: median (p90) of each engine, samples, ratio and load average. */
  table(engines: readonly EngineName[]): string {
    const heads = ['', 'unit', ...engines.map((name) => `${name}, median (p90)`), 'n'];
    const [own, ...others] = engines;
    const head = [...heads, ...others.map((other) => `${own} / ${other}`), 'load'];
    const rows = [...this.#rows.values()].map((row) => {
      const samples = engines.map((name) => row.samples.get(name) ?? []);
      const cells = samples.map((values) => (values.length === 0 ? '–' : medianAndTail(values, row.unit)));
      const counts = String(Math.max(...samples.map(({ length }) => length)));
      const ratio = samples.slice(1).map((theirs) => ratioOf(samples[0], theirs));
      return [row.what, row.unit, ...cells, counts, ...ratio, row.load.toFixed(1)];
    });
    const lines = [head, head.map(() => '---'), ...rows];
    return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
  }
}

/** The value that this share of the samples does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function medianAndTail(values: readonly number[], unit: Figure['unit']): string {
  // The bad end is the slow one.
  const bad = quantile(values, unit.endsWith('/s') ? 0.1 : 0.9);
  return `${round(quantile(values, 0.5))} (${round(bad)})`;
}

function ratioOf(ours: readonly number[] = [], theirs: readonly number[] = []): string {
  if (ours.length === 0 || theirs.length === 0) return '';
  return (quantile(ours, 0.5) / quantile(theirs, 0.5)).toFixed(2);
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
