import { isEngineError } from '#engine/errors/index.ts';
import type { HostCounters, StatsReader, StatsSample } from '#engine/stats/index.ts';
import { HOST_SERIES, type Values } from './fields.ts';
import type { Point, Series } from './metrics-store.ts';
import { FINEST_BLOCK_MS, FINEST_STEP_MS, floorTo } from './tiers.ts';
import { type Read, toContainerValues, toHostValues } from './to-values.ts';

/** A container that runs. */
export interface SampledContainer extends Series {
  /** A process in its network. */
  pid: number;
}

/** A sample for those who watch, and its figures since the sample before. */
export interface LiveSample {
  key: string;
  at: number;
  values: Values;
  /** Undefined for the host. */
  sample: StatsSample | undefined;
}

interface Target<T> {
  series: Series;
  pid: number;
  /** Where the point that is being recorded began. */
  recorded?: Read<T>;
  live?: Read<T>;
  /** What was seen while somebody watched, of the last quarter of an hour. */
  ring: { at: number; values: Values }[];
}

interface SamplerDeps {
  reader: Pick<StatsReader, 'readHost' | 'sample'>;
  readHostCounters: () => HostCounters;
  wall: () => number;
  monotonic: () => number;
}

const RING_MS = 15 * 60_000;
/** A sample that is this young serves another viewer too. */
const FRESH_MS = 900;
/** Timers are not exact: so much early counts as due. */
const EARLY_MS = 300;
/** Figures over a longer time than this say nothing of the moment. */
const LIVE_BASE_MS = 15_000;
const RECORD_BASE_MS = 3 * FINEST_STEP_MS;

/**
 * Reads the counters of everything that runs, once for all who want them: every ten seconds for the record, more often while
 * somebody watches. Keeps what was not written down yet.
 */
export class Sampler {
  readonly #deps: SamplerDeps;
  readonly #containers = new Map<string, Target<StatsSample>>();
  readonly #host: Target<HostCounters> = { series: { key: HOST_SERIES, name: '', owner: undefined }, pid: 0, ring: [] };
  readonly #watches = new Map<string, { everySeconds: number; detail: boolean }>();
  /** Start of a minute → series → its slots. */
  readonly #pending = new Map<number, Map<string, { series: Series; slots: (Values | undefined)[] }>>();
  #lastSlot: number;

  constructor(deps: SamplerDeps) {
    this.#deps = deps;
    this.#lastSlot = floorTo(FINEST_STEP_MS, deps.wall());
    this.#recordHost();
  }

  /** Another process under the same key is a restart: its counters began anew. */
  setTarget({ pid, ...series }: SampledContainer): void {
    const known = this.#containers.get(series.key);
    if (known?.pid === pid) {
      known.series = series;
      return;
    }
    const target: Target<StatsSample> = { series, pid, ring: known?.ring ?? [] };
    this.#containers.set(series.key, target);
    const read = this.#readContainer(target, false);
    if (read !== undefined) target.recorded = read;
  }

  dropTarget(key: string): void {
    this.#containers.delete(key);
  }

  /** Whether samples are wanted more often than for the record. */
  get isWatched(): boolean {
    return this.#watches.size > 0;
  }

  /** The first sample at once, when there is something to sample. */
  watch(key: string, watch: { everySeconds: number; detail: boolean }): LiveSample[] {
    const before = this.#watches.get(key);
    this.#watches.set(key, watch);
    const target = this.#containers.get(key);
    if (target === undefined) return key === HOST_SERIES ? this.#sampleHostLive() : [];
    const last = target.live;
    const fresh = last !== undefined && this.#deps.monotonic() - last.monotonicMs < FRESH_MS;
    if (fresh && (!watch.detail || before?.detail === true)) return [];
    return this.#sampleLive(target, watch.detail);
  }

  unwatch(key: string): void {
    this.#watches.delete(key);
  }

  /** To be called about once a second, and on every tenth second at least. */
  tick(): LiveSample[] {
    const now = this.#deps.wall();
    const slot = floorTo(FINEST_STEP_MS, now);
    const record = slot !== this.#lastSlot;
    this.#lastSlot = slot;
    // A point describes the time before it; a timer that comes a little early or late still hits its slot.
    const start = floorTo(FINEST_STEP_MS, now - FINEST_STEP_MS / 2);
    const host = this.#deps.reader.readHost();
    const live: LiveSample[] = [];
    for (const [key, target] of this.#containers) {
      const watch = this.#watches.get(key);
      const due = watch !== undefined && this.#isDue(target, watch.everySeconds);
      if (!record && !due) continue;
      const read = this.#readContainer(target, watch?.detail === true, host);
      if (read === undefined) continue;
      if (due) live.push(this.#toLive(target, read));
      if (record) this.#record(target, read, start, toContainerValues);
    }
    if (record) this.#recordHost(start);
    const hostWatch = this.#watches.get(HOST_SERIES);
    if (hostWatch !== undefined && this.#isDue(this.#host, hostWatch.everySeconds))
      live.push(...this.#sampleHostLive());
    return live;
  }

  #isDue(target: Target<never> | Target<StatsSample> | Target<HostCounters>, everySeconds: number): boolean {
    return (
      this.#deps.monotonic() - (target.live?.monotonicMs ?? Number.NEGATIVE_INFINITY) >= everySeconds * 1_000 - EARLY_MS
    );
  }

  #readContainer(
    { series, pid }: Target<StatsSample>,
    detail: boolean,
    host = this.#deps.reader.readHost(),
  ): Read<StatsSample> | undefined {
    const at = new Date(this.#deps.wall());
    try {
      const counters = this.#deps.reader.sample(series.key, pid, at, { detail, host });
      return { monotonicMs: this.#deps.monotonic(), counters };
    } catch (error) {
      // It has ended since; the news of that is on its way.
      if (isEngineError(error, 'not_found')) return undefined;
      throw error;
    }
  }

  #record<T>(
    target: Target<T>,
    read: Read<T>,
    start: number,
    toValues: (before: Read<T> | undefined, now: Read<T>) => Values,
  ): void {
    const before = target.recorded;
    target.recorded = read;
    // The first look at something new is only where its counting begins.
    if (before === undefined) return;
    const recent = read.monotonicMs - before.monotonicMs <= RECORD_BASE_MS;
    const values = toValues(recent ? before : undefined, read);
    const minute = floorTo(FINEST_BLOCK_MS, start);
    const blocks = this.#pending.get(minute) ?? new Map<string, { series: Series; slots: (Values | undefined)[] }>();
    this.#pending.set(minute, blocks);
    const { series } = target;
    const block = blocks.get(series.key) ?? {
      series,
      slots: new Array(FINEST_BLOCK_MS / FINEST_STEP_MS).fill(undefined),
    };
    blocks.set(series.key, block);
    block.slots[(start - minute) / FINEST_STEP_MS] = values;
  }

  #recordHost(start?: number): void {
    const read = this.#readHostNow();
    if (start === undefined) this.#host.recorded = read;
    else this.#record(this.#host, read, start, toHostValues);
  }

  #readHostNow(): Read<HostCounters> {
    return { monotonicMs: this.#deps.monotonic(), counters: this.#deps.readHostCounters() };
  }

  #sampleLive(target: Target<StatsSample>, detail: boolean): LiveSample[] {
    const read = this.#readContainer(target, detail);
    return read === undefined ? [] : [this.#toLive(target, read)];
  }

  #sampleHostLive(): LiveSample[] {
    const read = this.#readHostNow();
    const values = toHostValues(liveBase(this.#host, read), read);
    return [{ ...this.#keepLive(this.#host, read, values), sample: undefined }];
  }

  #toLive(target: Target<StatsSample>, read: Read<StatsSample>): LiveSample {
    const values = toContainerValues(liveBase(target, read), read);
    return { ...this.#keepLive(target, read, values), sample: read.counters };
  }

  #keepLive<T>(target: Target<T>, read: Read<T>, values: Values): { key: string; at: number; values: Values } {
    const at = this.#deps.wall();
    target.live = read;
    target.ring.push({ at, values });
    while ((target.ring[0]?.at ?? at) < at - RING_MS) target.ring.shift();
    return { key: target.series.key, at, values };
  }

  /** Points of the last quarter of an hour as fine as they were seen. */
  livePoints(key: string): readonly { at: number; values: Values }[] {
    return (key === HOST_SERIES ? this.#host : this.#containers.get(key))?.ring ?? [];
  }

  /** Points that no file has yet. */
  pendingPoints(key: string): Point[] {
    return [...this.#pending].flatMap(([minute, blocks]) =>
      (blocks.get(key)?.slots ?? []).flatMap((values, slot) =>
        values === undefined ? [] : [{ at: minute + slot * FINEST_STEP_MS, stepMs: FINEST_STEP_MS, values }],
      ),
    );
  }

  /** Minutes that are over; all of them with `all`. They stay pending until `written`. */
  finished(all: boolean): { minute: number; blocks: { series: Series; slots: (Values | undefined)[] }[] }[] {
    const current = floorTo(FINEST_BLOCK_MS, floorTo(FINEST_STEP_MS, this.#deps.wall() - FINEST_STEP_MS / 2));
    return [...this.#pending]
      .filter(([minute]) => all || minute !== current)
      .map(([minute, blocks]) => ({ minute, blocks: [...blocks.values()] }));
  }

  written(minute: number): void {
    this.#pending.delete(minute);
  }
}

/** What live figures are counted from: the last sample, unless it is too old to speak of now. */
function liveBase<T>({ live, recorded }: Target<T>, read: Read<T>): Read<T> | undefined {
  const newest = [live, recorded].filter((base) => base !== undefined).sort((a, b) => b.monotonicMs - a.monotonicMs);
  // Two reads in the same moment have nothing between them.
  return newest.find(({ monotonicMs }) => {
    const ms = read.monotonicMs - monotonicMs;
    return ms >= EARLY_MS && ms <= LIVE_BASE_MS;
  });
}
