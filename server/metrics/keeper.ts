import { existsSync } from 'node:fs';
import { fieldsOf, mergeValues } from './fields.ts';
import {
  DAMAGED,
  isDamage,
  type Mark,
  type MetricsStore,
  openMetricsStore,
  type Point,
  type Series,
} from './metrics-store.ts';
import type { Sampler } from './sampler.ts';
import { chooseStep, FINEST_BLOCK_MS, FINEST_STEP_MS, floorTo, planRead } from './tiers.ts';

/** Why what is sampled is not kept, or that an older record was lost. */
export interface MetricsProblem {
  reason: 'damaged' | 'unwritable';
  why: string;
}

export interface RangeQuery {
  /** Series that followed one another, such as the containers that had one name. */
  keys: readonly string[];
  from: number;
  to: number;
  /** At most so many points, about. */
  points: number;
}

export interface Range {
  stepMs: number;
  /** The end of what each point describes. */
  at: number[];
  /** Per point; NaN where nothing is known. */
  values: number[][];
  marks: Mark[];
  /** Of the oldest point there is. */
  since: number | undefined;
}

interface KeeperDeps {
  file: string;
  maxBytes: number;
  sampler: Pick<Sampler, 'finished' | 'written' | 'pendingPoints' | 'livePoints'>;
  wall: () => number;
  monotonic: () => number;
  onProblem: (problem: MetricsProblem | undefined) => void;
}

const PRUNE_MS = 3_600_000;
const FIRST_PRUNE_MS = 300_000;
/** Time of day and running time may differ by so much before the clock was set. */
const CLOCK_SET_MS = 60_000;
const MAX_MARKS = 500;
/** So much is seen second by second. */
const LIVE_RANGE_MS = 15 * 60_000;
/** Pending minutes are dropped rather than let memory grow while no file takes them. */
const MAX_PENDING = 60;

/** Writes down what was sampled and reads it back. Whatever is wrong with the file, sampling and viewers go on. */
export class Keeper implements Disposable {
  readonly #deps: KeeperDeps;
  #store: MetricsStore | undefined;
  #alive: ReadonlySet<string> | undefined;
  #damaged: MetricsProblem | undefined;
  #pruneAt: number;
  #clock: { wall: number; monotonic: number };
  readonly #marks: Mark[] = [];

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.#pruneAt = deps.monotonic() + FIRST_PRUNE_MS;
    this.#clock = { wall: deps.wall(), monotonic: deps.monotonic() };
    this.#use(() => undefined);
  }

  /** @returns undefined when there is no file to work with; the problem was told */
  #use<T>(work: (store: MetricsStore) => T): T | undefined {
    try {
      if (this.#store?.isInPlace() === false) this.#close();
      this.#store ??= openMetricsStore(this.#deps.file, (error) => this.#noteDamage(error));
      const result = work(this.#store);
      if (!existsSync(`${this.#deps.file}${DAMAGED}`)) this.#damaged = undefined;
      this.#deps.onProblem(this.#damaged);
      return result;
    } catch (error) {
      this.#close();
      if (isDamage(error)) this.#beginAnew(error);
      else this.#deps.onProblem({ reason: 'unwritable', why: String(error) });
      return undefined;
    }
  }

  #beginAnew(cause: unknown): void {
    try {
      this.#store = openMetricsStore(this.#deps.file, () => undefined, { discard: true });
      this.#noteDamage(cause);
    } catch (error) {
      this.#deps.onProblem({ reason: 'unwritable', why: String(error) });
    }
  }

  #noteDamage(error: unknown): void {
    this.#damaged = { reason: 'damaged', why: error instanceof Error ? error.message : String(error) };
    this.#deps.onProblem(this.#damaged);
  }

  #close(): void {
    this.#store?.[Symbol.dispose]();
    this.#store = undefined;
  }

  /** Every container there is; what is neither among them nor young is forgotten. */
  setAlive(keys: readonly string[]): void {
    this.#alive = new Set(keys);
  }

  mark(mark: Mark): void {
    this.#marks.push(mark);
    if (this.#marks.length > MAX_MARKS) this.#marks.shift();
  }

  named(name: string): Series[] {
    const written = this.#use((store) => store.named(name)) ?? [];
    const known = new Map(written.map((series) => [series.key, series]));
    for (const { blocks } of this.#deps.sampler.finished(true))
      for (const { series } of blocks)
        if (series.name === name && !known.has(series.key)) known.set(series.key, series);
    return [...known.values()];
  }

  /** Writes the minutes that are over, and now and then looks after the file; with `all`, everything there is. */
  write(all = false): void {
    const { sampler, wall } = this.#deps;
    const finished = sampler.finished(all);
    if (finished.length === 0 && this.#marks.length === 0) return;
    const now = wall();
    this.#use((store) => {
      store.transaction(() => {
        for (const { minute, blocks } of finished) {
          for (const { series, slots } of blocks) {
            store.see(series, minute);
            store.put(series.key, 0, minute, slots);
          }
        }
        for (const mark of this.#marks) store.addMark(mark);
        // Everything before the minute that goes on has been written just now.
        store.rollUp(floorTo(FINEST_BLOCK_MS, now - FINEST_STEP_MS / 2));
      });
      this.#marks.length = 0;
      for (const { minute } of finished) sampler.written(minute);
      this.#lookAfter(store, now);
    });
    for (const { minute } of sampler.finished(true).slice(0, -MAX_PENDING)) sampler.written(minute);
  }

  #lookAfter(store: MetricsStore, now: number): void {
    const monotonic = this.#deps.monotonic();
    const drift = now - this.#clock.wall - (monotonic - this.#clock.monotonic);
    this.#clock = { wall: now, monotonic };
    // A clock that was set may be set back again: what looks old now may not be.
    if (Math.abs(drift) > CLOCK_SET_MS) this.#pruneAt = monotonic + PRUNE_MS;
    if (monotonic < this.#pruneAt || this.#alive === undefined) return;
    this.#pruneAt = monotonic + PRUNE_MS;
    const alive = this.#alive;
    store.transaction(() => store.prune(now, alive));
    store.shed(this.#deps.maxBytes);
  }

  range({ keys, from, to, points }: RangeQuery): Range {
    const stepMs = chooseStep(to - from, points);
    const stored = this.#use((store) => {
      const plan = planRead({ from, to }, stepMs, store.rolledUntil(), this.#deps.wall());
      return {
        points: keys.map((key) => plan.flatMap((part) => store.read(key, part.tier, part.from, part.to))),
        marks: keys.flatMap((key) => store.marks(key, from, to, MAX_MARKS)),
        since: keys.map((key) => store.oldest(key)),
      };
    });
    const found = keys.flatMap((key, index) => this.#pointsOf(key, stored?.points[index] ?? [], { from, to, stepMs }));
    found.sort((a, b) => a.at - b.at);
    const waiting = this.#marks.filter(({ series, at }) => keys.includes(series) && at >= from && at < to);
    const times = [...(stored?.since ?? []), found[0]?.at].filter((time) => time !== undefined);
    return {
      stepMs,
      at: found.map(({ at }) => at),
      values: found.map(({ values }) => values),
      marks: [...(stored?.marks ?? []), ...waiting].sort((a, b) => a.at - b.at).slice(-MAX_MARKS),
      since: times.length === 0 ? undefined : Math.min(...times),
    };
  }

  #pointsOf(
    key: string,
    stored: readonly Point[],
    { from, to, stepMs }: { from: number; to: number; stepMs: number },
  ): { at: number; values: number[] }[] {
    const { sampler } = this.#deps;
    const pending = sampler.pendingPoints(key).filter(({ at }) => at >= from && at < to);
    const fields = fieldsOf(key);
    const buckets = Map.groupBy([...stored, ...pending], ({ at }) => floorTo(stepMs, at));
    const merged = [...buckets].map(([start, points]) => ({
      at: Math.min(start + stepMs, to),
      values: [
        ...mergeValues(
          fields,
          points.map(({ values }) => values),
        ),
      ],
    }));
    if (to - from > LIVE_RANGE_MS) return merged;
    const live = sampler.livePoints(key).filter(({ at }) => at >= from && at < to);
    const seen = new Set(live.map(({ at }) => floorTo(stepMs, at)));
    // Where every second was seen the ten seconds' mean would only be in the way.
    const rest = merged.filter(({ at }) => !seen.has(floorTo(stepMs, at - FINEST_STEP_MS)));
    return [...rest, ...live.map(({ at, values }) => ({ at, values: [...values] }))];
  }

  [Symbol.dispose](): void {
    this.write(true);
    this.#close();
  }
}
