import type { BenchEngine } from './engines.ts';
import type { Figure, Figures } from './figures.ts';

export interface Benchmark {
  name: string;
  /** One line for `--help`. */
  about: string;
  run(bench: Bench): Promise<void>;
}

interface BenchSettings {
  rounds: number;
  /** How many containers are "many". */
  containers: number;
}

/** First rounds that are run and not counted: caches fill, code is compiled. */
const WARM_UP = 5;

/** One benchmark at work: its engines, and where its figures go. */
export class Bench {
  readonly settings: BenchSettings;
  readonly engines: readonly BenchEngine[];
  readonly #figures: Figures;

  constructor(engines: readonly BenchEngine[], figures: Figures, settings: BenchSettings) {
    this.engines = engines;
    this.#figures = figures;
    this.settings = settings;
  }

  record(engine: BenchEngine, figure: Figure, value: number): void {
    this.#figures.add(engine.name, figure, value);
  }

  /**
   * Rounds in which the engines take turns, the first one changing, so that what else the machine does meets all alike.
   * `counts` is false while warming up.
   */
  async alternate(
    work: (engine: BenchEngine, counts: boolean) => Promise<void>,
    opts: { rounds?: number; warmUp?: number } = {},
  ): Promise<void> {
    const { rounds = this.settings.rounds, warmUp = WARM_UP } = opts;
    for (let round = 0; round < rounds + warmUp; round += 1) {
      const order = round % 2 === 0 ? this.engines : this.engines.toReversed();
      for (const engine of order) await work(engine, round >= warmUp);
    }
  }

  /** Milliseconds of one call after the other, in alternating rounds. */
  async time(what: string, work: (engine: BenchEngine) => Promise<unknown>): Promise<void> {
    await this.alternate(async (engine, counts) => {
      const ms = await timed(() => work(engine));
      if (counts) this.record(engine, { what, unit: 'ms' }, ms);
    });
  }
}

/** Milliseconds until it is done. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Runs all of it, `width` at a time. */
export async function inParallel(count: number, width: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const at = next;
      next += 1;
      await work(at);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Containers that are there but do not run, while `work` runs. */
export async function withContainers(bench: Bench, work: () => Promise<void>): Promise<void> {
  const made = new Map<BenchEngine, string[]>();
  try {
    for (const engine of bench.engines) {
      const ids: string[] = [];
      made.set(engine, ids);
      await inParallel(bench.settings.containers, 4, async () => {
        ids.push(await engine.api.create(['true'], { NetworkMode: 'none' }));
      });
    }
    await work();
  } finally {
    for (const [engine, ids] of made) {
      await inParallel(ids.length, 4, (at) => engine.api.remove(ids[at] ?? ''));
    }
  }
}
