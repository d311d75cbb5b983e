import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import type { BenchEngine } from '../engines.ts';
import { processesOf, pssOf } from '../processes.ts';

const COUNT = 40;
/** Collectors of garbage do their work while nobody asks for anything. */
const REST_MS = 3_000;

/** Memory of the engine's own processes, not that of what runs in the containers. */
export const memory: Benchmark = {
  name: 'memory',
  about: `PSS of the engine's processes just started, and for each of ${COUNT} running containers`,
  async run(bench) {
    for (const engine of bench.engines) {
      const { api } = engine;
      await engine.restart();
      await delay(REST_MS);
      const idle = memoryOf(engine);
      bench.record(engine, { what: 'memory, idle', unit: 'MB' }, sumOf(idle));
      const ids: string[] = [];
      for (let at = 0; at < COUNT; at += 1) {
        ids.push(await api.create(['sleep', '3600'], { NetworkMode: 'bridge' }));
        await api.start(ids.at(-1) ?? '');
      }
      await delay(REST_MS);
      const busy = memoryOf(engine);
      const helpers = [...busy].filter(([pid]) => !idle.has(pid)).map(([, mb]) => mb);
      const perContainer = helpers.reduce((total, mb) => total + mb, 0) / COUNT;
      bench.record(engine, { what: 'memory, processes beside one container', unit: 'MB' }, perContainer);
      bench.record(engine, { what: `memory, all with ${COUNT} running`, unit: 'MB' }, sumOf(busy));
      for (const id of ids) await api.remove(id);
    }
  },
};

/** MB of proportional set size by pid. */
function memoryOf(engine: BenchEngine): Map<number, number> {
  return new Map([...processesOf(engine)].map((pid) => [pid, pssOf(pid)]));
}

function sumOf(processes: ReadonlyMap<number, number>): number {
  return [...processes.values()].reduce((total, mb) => total + mb, 0);
}
