import { setTimeout as delay } from 'node:timers/promises';
import { type Benchmark, inParallel, timed } from '../benchmark.ts';
import type { BenchEngine } from '../engines.ts';
import { cpuOf, processesOf, pssOf } from '../processes.ts';

const RESTARTS = 3;
const LISTS = 20;
/** Collectors of garbage do their work while nobody asks for anything. */
const REST_MS = 5_000;
/** Several rounds of the sampling, which is every ten seconds. */
const WATCH_MS = 60_000;

/** What an instance in use looks like. A dockerd with its defaults ends its containers with itself, so it is no part of this. */
export const running: Benchmark = {
  name: 'running',
  about:
    'N containers that run (--containers), Davit alone: list, restart until all are known again, memory, processor time at rest',
  async run(bench) {
    const engine = bench.engines.find(({ name }) => name === 'davit');
    if (engine === undefined) return;
    const { containers: count } = bench.settings;
    const { api } = engine;
    await engine.restart();
    await delay(REST_MS);
    const before = memoryOf(engine);
    const ids: string[] = [];
    try {
      await inParallel(count, 4, async () => {
        const id = await api.create(['sleep', '100000'], { NetworkMode: 'none' });
        ids.push(id);
        await api.start(id);
      });
      const record = (what: string, unit: 'ms' | 'MB', value: number): void =>
        bench.record(engine, { what: `${count} running: ${what}`, unit }, value);
      for (let at = 0; at < LISTS; at += 1) record('list', 'ms', await timed(() => countRunning(engine)));
      await delay(REST_MS);
      record('memory, each container', 'MB', (memoryOf(engine) - before) / count);
      const used = cpuOf(processesOf(engine));
      await delay(WATCH_MS);
      const perSecond = (cpuOf(processesOf(engine)) - used) / (WATCH_MS / 1_000);
      record('processor time of a second at rest, sampling included', 'ms', perSecond);
      for (let at = 0; at < RESTARTS; at += 1) {
        const ms = await engine.restart();
        const toCount = await timed(async () => {
          const known = await countRunning(engine);
          if (known !== count) throw new Error(`after a restart ${known} of ${count} containers run`);
        });
        record('restart until all are listed', 'ms', ms + toCount);
      }
    } finally {
      await inParallel(ids.length, 4, (at) => api.remove(ids[at] ?? ''));
    }
  },
};

async function countRunning({ api }: BenchEngine): Promise<number> {
  return (await api.json<unknown[]>('GET', '/containers/json')).length;
}

/** MB of proportional set size of all its processes. */
function memoryOf(engine: BenchEngine): number {
  return [...processesOf(engine)].reduce((total, pid) => total + pssOf(pid), 0);
}
