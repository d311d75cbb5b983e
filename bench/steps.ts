import { timed } from './benchmark.ts';
import { quantile } from './figures.ts';

const HEAD = ['step', 'median ms', 'p90 ms', 'calls in a run', 'mean ms of a run'];

/** Milliseconds by step, in the order in which the steps first ended. */
export class Steps {
  readonly #samples = new Map<string, number[]>();
  /** False while warming up. */
  counts = false;

  add(step: string, ms: number): void {
    if (this.counts) this.#samples.set(step, [...(this.#samples.get(step) ?? []), ms]);
  }

  async time<T>(step: string, work: () => Promise<T>): Promise<T> {
    const done = Promise.withResolvers<T>();
    this.add(step, await timed(() => work().then(done.resolve)));
    return done.promise;
  }

  /** The same object with a clock in front of every asynchronous method that `names` has a step for. */
  watch<T extends object>(part: T, names: Readonly<Record<string, string>>): T {
    return new Proxy(part, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        const step = typeof key === 'string' ? names[key] : undefined;
        // Bound: private fields are those of the object, not of the proxy.
        if (step === undefined) return member.bind(target);
        return (...args: unknown[]) => this.time(step, async () => member.apply(target, args));
      },
    });
  }

  table(rounds: number): string {
    return [HEAD, HEAD.map(() => '---')].map(toLine).join('') + this.rows(rounds);
  }

  /** Lines of the table; steps contain one another and run side by side, so their sum is not the whole. */
  rows(rounds: number): string {
    const rows = [...this.#samples].map(([step, samples]) => {
      const total = samples.reduce((sum, ms) => sum + ms, 0);
      const [middle, high] = [quantile(samples, 0.5), quantile(samples, 0.9)];
      const perRun = [(samples.length / rounds).toFixed(1), (total / rounds).toFixed(2)];
      return [step, middle.toFixed(2), high.toFixed(2), ...perRun];
    });
    return rows.map(toLine).join('');
  }
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
