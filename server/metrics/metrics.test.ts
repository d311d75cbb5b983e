import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import type { StatsSample } from '#engine/stats/index.ts';
import { decodeBlock, encodeBlock } from './block.ts';
import { CONTAINER_FIELDS } from './fields.ts';
import { Keeper, type MetricsProblem } from './keeper.ts';
import { MetricsStore } from './metrics-store.ts';
import { type LiveSample, Sampler } from './sampler.ts';
import { chooseStep, planRead } from './tiers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A full hour, so that blocks of hours begin with the test. */
const START = Date.UTC(2026, 10, 21, 0, 0, 0);

const CPU = CONTAINER_FIELDS.indexOf('cpu');
const CPU_MAX = CONTAINER_FIELDS.indexOf('cpuMax');
const MEMORY = CONTAINER_FIELDS.indexOf('memory');

/** Time, containers and their counters made up; the file is real. */
class Bench implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'davit-metrics-'));
  readonly file = join(this.folder, 'metrics.db');
  now = START;
  monotonic = 1_000_000;
  /** Percent of one core that every container uses. */
  cpu = 20;
  memory = 100 * 2 ** 20;
  cpuNs = 0;
  reads = 0;
  readonly gone = new Set<string>();
  readonly problems: (MetricsProblem | undefined)[] = [];
  sampler = this.#newSampler();
  keeper = this.newKeeper();

  #newSampler(): Sampler {
    return new Sampler({
      wall: () => this.now,
      monotonic: () => this.monotonic,
      reader: {
        readHost: () => ({ totalBytes: 2 ** 34, systemCpuNs: 0, onlineCpus: 2 }),
        sample: (id, _pid, at) => this.#sample(id, at),
      },
      readHostCounters: () => ({
        cpuBusy: this.monotonic / 20,
        cpuTotal: this.monotonic / 5,
        load1: 0.5,
        memoryUsedBytes: 2 ** 32,
        memoryTotalBytes: 2 ** 34,
        swapUsedBytes: 0,
        diskUsedBytes: 1,
        diskTotalBytes: 2,
        rxBytes: 0,
        txBytes: 0,
        readBytes: 0,
        writeBytes: 0,
      }),
    });
  }

  #sample(id: string, at: Date): StatsSample {
    this.reads += 1;
    if (this.gone.has(id)) throw new EngineError('not_found', 'gone');
    return {
      at,
      cpuNs: this.cpuNs,
      systemCpuNs: 0,
      onlineCpus: 2,
      throttledNs: 0,
      memoryBytes: this.memory,
      workingSetBytes: this.memory,
      cacheBytes: 0,
      swapBytes: 0,
      memoryLimitBytes: 2 ** 29,
      pids: 3,
      networks: {},
      blockReadBytes: 0,
      blockWriteBytes: 0,
    };
  }

  newKeeper(maxBytes = 2 ** 30): Keeper {
    return new Keeper({
      file: this.file,
      maxBytes,
      sampler: this.sampler,
      wall: () => this.now,
      monotonic: () => this.monotonic,
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  add(key: string, pid = 1, owner = 'ann'): void {
    this.sampler.setTarget({ key, name: `name-${key}`, owner, pid });
  }

  /** Lets so much time go by, a tick every ten seconds. */
  pass(ms: number, stepMs = 10_000): LiveSample[] {
    const live: LiveSample[] = [];
    for (const end = this.now + ms; this.now < end; ) {
      this.now += stepMs;
      this.monotonic += stepMs;
      this.cpuNs += stepMs * this.cpu * 1e4;
      live.push(...this.sampler.tick());
      this.keeper.write();
    }
    return live;
  }

  /** The server ends, cleanly or not, and another begins. */
  restart(opts: { clean: boolean }): void {
    if (opts.clean) this.keeper[Symbol.dispose]();
    this.sampler = this.#newSampler();
    this.keeper = this.newKeeper();
  }

  range(from: number, to: number, points = 600, key = 'c1') {
    return this.keeper.range({ keys: [key], from, to, points });
  }

  [Symbol.dispose](): void {
    this.keeper[Symbol.dispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

test('a block is given back as it was, and what is no block is refused', () => {
  const slots = [[1, 2.5], undefined, [Number.NaN, 4]];
  const data = encodeBlock(slots, 2);
  assert.deepEqual(decodeBlock(data, 3, 2), slots);
  assert.throws(() => decodeBlock(data, 2, 2));
  assert.throws(() => decodeBlock(data, 4, 2), /wrong length/);
  assert.throws(() => decodeBlock(Buffer.from('no block'), 3, 2));
});

test('a range has no more points than are wanted', () => {
  for (const [rangeMs, points] of [
    [15 * MINUTE, 600],
    [HOUR, 600],
    [7 * DAY, 600],
    [366 * DAY, 600],
    [DAY, 10],
  ] as const)
    assert.ok(rangeMs / chooseStep(rangeMs, points) <= points);
  assert.equal(chooseStep(15 * MINUTE, 600), 10_000);
});

test('what a tier has not made yet is read from the finer one, what it no longer has from the coarser one', () => {
  const now = START + 10 * DAY;
  const rolled = [Number.POSITIVE_INFINITY, now - 30 * MINUTE, now - 12 * HOUR];
  const month = planRead({ from: now - 30 * DAY, to: now }, HOUR, rolled, now);
  assert.deepEqual(month, [
    { tier: 2, from: now - 30 * DAY, to: now - 12 * HOUR },
    { tier: 1, from: now - 12 * HOUR, to: now - 30 * MINUTE },
    { tier: 0, from: now - 30 * MINUTE, to: now },
  ]);
  const old = planRead({ from: now - 8 * DAY, to: now - 8 * DAY + HOUR }, 10_000, rolled, now);
  assert.deepEqual(old, [{ tier: 2, from: now - 8 * DAY, to: now - 8 * DAY + HOUR }]);
  const wide = planRead({ from: now - 7 * HOUR, to: now }, 60_000, rolled, now);
  assert.deepEqual(
    wide.map(({ tier }) => tier),
    [1, 0],
  );
});

test('figures are those between two samples, and are there before they are written', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.pass(30_000);
  const { at, values, stepMs } = bench.range(START, bench.now);
  assert.equal(stepMs, 10_000);
  assert.deepEqual(at, [START + 10_000, START + 20_000, START + 30_000]);
  for (const point of values) {
    assert.equal(Math.round(point[CPU] ?? 0), 20);
    assert.equal(point[MEMORY], bench.memory);
  }
  bench.pass(2 * MINUTE);
  assert.equal(bench.range(START, bench.now).at.length, 15);
});

test('a restart of the server leaves a gap and no invented points, a clean one loses nothing', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.pass(95_000, 5_000);
  const before = bench.range(START, bench.now).at.length;
  bench.restart({ clean: true });
  assert.equal(bench.range(START, bench.now).at.length, before);
  bench.now += 5 * MINUTE;
  bench.monotonic = 1_000;
  bench.add('c1');
  const back = bench.now;
  bench.pass(MINUTE);
  const { at } = bench.range(START, bench.now);
  const inGap = at.filter((time) => time > START + 100_000 && time <= back);
  assert.deepEqual(inGap, []);
  assert.equal(at.length, before + 6);
});

test('a crash loses the minute that was not written, and only that', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.pass(5 * MINUTE + 30_000);
  bench.restart({ clean: false });
  const { at } = bench.range(START, bench.now);
  assert.equal(at.at(-1), START + 5 * MINUTE);
  assert.equal(at.length, 30);
});

test('a container that starts again counts from zero, without a peak', () => {
  using bench = new Bench();
  bench.add('c1', 1);
  bench.pass(MINUTE);
  bench.sampler.dropTarget('c1');
  bench.pass(MINUTE);
  bench.cpuNs = 0;
  bench.add('c1', 2);
  bench.pass(MINUTE);
  const { at, values } = bench.range(START, bench.now);
  assert.equal(at.length, 12);
  for (const point of values) assert.equal(Math.round(point[CPU] ?? -1), 20);
});

test('hours and days are put together with their highest point, and read as one line', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.pass(HOUR / 2);
  bench.cpu = 80;
  bench.pass(10_000);
  bench.cpu = 20;
  bench.pass(2 * DAY - HOUR / 2 - 10_000 + 2 * MINUTE);
  const { at, values, stepMs } = bench.range(START, bench.now, 60);
  assert.equal(stepMs, HOUR);
  assert.equal(at.length, 49);
  assert.equal(Math.round(values[0]?.[CPU_MAX] ?? 0), 80);
  assert.ok((values[0]?.[CPU] ?? 0) < 21 && (values[0]?.[CPU] ?? 0) > 20);
  assert.equal(Math.round(values[10]?.[CPU_MAX] ?? 0), 20);
  // Ten seconds are kept for six hours, minutes for longer.
  const minutes = bench.range(bench.now - 30 * HOUR, bench.now - 29 * HOUR, 60);
  assert.equal(minutes.stepMs, MINUTE);
  assert.equal(minutes.at.length, 60);
});

test('the record begins with its first point, not with the hour or day it is kept in', () => {
  using bench = new Bench();
  bench.now += 30 * MINUTE;
  bench.monotonic += 30 * MINUTE;
  bench.add('c1');
  bench.pass(2 * HOUR);
  assert.equal(bench.range(START, bench.now).since, START + 30 * MINUTE);
});

test('what was removed is forgotten with its minutes, what is alive is kept', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.add('c2');
  bench.keeper.mark({ at: START, series: 'c2', kind: 'start', detail: '' });
  bench.pass(5 * MINUTE);
  bench.sampler.dropTarget('c2');
  bench.sampler.dropTarget('c1');
  bench.keeper.setAlive(['c1']);
  for (let days = 0; days < 9; days++) {
    bench.now += DAY;
    bench.monotonic += DAY;
    bench.pass(HOUR);
  }
  assert.ok(bench.range(START, bench.now, 600, 'c1').at.length > 0);
  assert.deepEqual(bench.range(START, bench.now, 600, 'c2').at, []);
  assert.deepEqual(bench.range(START, bench.now, 600, 'c2').marks, []);
  assert.deepEqual(bench.keeper.named('name-c2'), []);
  assert.equal(bench.keeper.named('name-c1')[0]?.owner, 'ann');
});

test('a clock that jumps ten years and back takes nothing away', () => {
  using bench = new Bench();
  bench.keeper.setAlive(['c1']);
  bench.add('c1');
  bench.pass(30 * MINUTE);
  const here = bench.now;
  bench.now += 3_650 * DAY;
  bench.pass(10 * MINUTE);
  bench.now = here + 10 * MINUTE;
  bench.pass(3 * HOUR);
  const { at } = bench.range(START, bench.now);
  assert.ok(at.filter((time) => time <= here).length >= 29, `${at.length} points`);
  assert.ok(at.every((time) => time <= bench.now));
  assert.ok(at.length > 180);
});

test('a damaged file is put aside and a new one begun', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.pass(3 * MINUTE);
  bench.keeper[Symbol.dispose]();
  writeFileSync(bench.file, `${readFileSync(bench.file).subarray(0, 100)}garbage${'x'.repeat(9_000)}`);
  bench.restart({ clean: false });
  assert.equal(bench.problems.at(-1)?.reason, 'damaged');
  assert.ok(statSync(`${bench.file}.damaged`).size > 9_000);
  bench.add('c1');
  bench.pass(3 * MINUTE);
  assert.equal(bench.range(START, bench.now).at.length, 18);
});

test('a file that is deleted while it is in use is made anew', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.pass(3 * MINUTE);
  for (const ending of ['', '-wal', '-shm']) rmSync(`${bench.file}${ending}`);
  bench.pass(3 * MINUTE);
  assert.ok(statSync(bench.file).size > 0);
  bench.restart({ clean: true });
  const { at } = bench.range(START, bench.now);
  assert.ok(at.length >= 15 && at.length < 36, `${at.length} points`);
});

test('a folder that cannot be written to is told, and samples go on', () => {
  using bench = new Bench();
  bench.keeper[Symbol.dispose]();
  rmSync(bench.folder, { recursive: true });
  bench.restart({ clean: false });
  assert.equal(bench.problems.at(-1)?.reason, 'unwritable');
  bench.add('c1');
  bench.sampler.watch('c1', { everySeconds: 1, detail: false });
  assert.ok(bench.pass(3 * MINUTE).length > 0);
  assert.equal(bench.range(START, bench.now).at.length, 18);
});

test('the file stays below its size', () => {
  using bench = new Bench();
  using store = new MetricsStore(bench.file);
  store.see({ key: 'c1', name: 'c1', owner: undefined }, START);
  const slots = Array.from({ length: 60 }, () => CONTAINER_FIELDS.map(() => Math.random() * 1e9));
  for (let hour = 0; hour < 300; hour++) store.put('c1', 1, START + hour * HOUR, slots);
  const full = store.usedBytes();
  store.shed(full / 2);
  assert.ok(store.usedBytes() <= full / 2);
  const left = store.read('c1', 1, 0, START + 300 * HOUR);
  assert.equal(left.at(-1)?.at, START + 300 * HOUR - MINUTE, 'the newest stay');
  assert.ok((left[0]?.at ?? 0) > START);
});

test('all who watch share one read, and watching wants no second one for the record', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.add('c2');
  bench.pass(MINUTE);
  bench.reads = 0;
  const first = bench.sampler.watch('c1', { everySeconds: 1, detail: false });
  assert.equal(first.length, 1);
  assert.equal(bench.sampler.watch('c1', { everySeconds: 1, detail: false }).length, 0, 'the young sample serves');
  const live = bench.pass(MINUTE, 1_000).filter(({ key }) => key === 'c1');
  assert.equal(live.length, 60);
  assert.equal(bench.reads, 1 + 60 + 6, 'c1 every second, c2 every ten');
  assert.equal(Math.round(live[0]?.values[CPU] ?? 0), 20);
  const seconds = bench.range(bench.now - 30_000, bench.now);
  assert.ok(seconds.at.length >= 28, `${seconds.at.length} points of the last half minute`);
  bench.sampler.unwatch('c1');
  bench.reads = 0;
  bench.pass(MINUTE, 1_000);
  assert.equal(bench.reads, 12);
});

test('one that ended between two looks is left out, and the others are sampled', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.add('c2');
  bench.gone.add('c1');
  bench.pass(MINUTE);
  assert.deepEqual(bench.range(START, bench.now, 600, 'c1').at, []);
  assert.equal(bench.range(START, bench.now, 600, 'c2').at.length, 6);
});

test('marks are found in their range, written or not', () => {
  using bench = new Bench();
  bench.add('c1');
  bench.keeper.mark({ at: START + 1, series: 'c1', kind: 'start', detail: 'ann' });
  assert.equal(bench.range(START, START + 10).marks.length, 1);
  bench.pass(2 * MINUTE);
  bench.keeper.mark({ at: bench.now, series: 'c1', kind: 'oom', detail: '' });
  bench.restart({ clean: true });
  const { marks } = bench.range(START, bench.now + 1);
  assert.deepEqual(
    marks.map(({ kind }) => kind),
    ['start', 'oom'],
  );
  assert.deepEqual(bench.range(START + 2, bench.now).marks, []);
});
