import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import type { BenchEngine } from '../engines.ts';

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
      const idle = processesOf(engine);
      bench.record(engine, { what: 'memory, idle', unit: 'MB' }, sumOf(idle));
      const ids: string[] = [];
      for (let at = 0; at < COUNT; at += 1) {
        ids.push(await api.create(['sleep', '3600'], { NetworkMode: 'bridge' }));
        await api.start(ids.at(-1) ?? '');
      }
      await delay(REST_MS);
      const busy = processesOf(engine);
      const helpers = [...busy].filter(([pid]) => !idle.has(pid)).map(([, mb]) => mb);
      const perContainer = helpers.reduce((total, mb) => total + mb, 0) / COUNT;
      bench.record(engine, { what: 'memory, processes beside one container', unit: 'MB' }, perContainer);
      bench.record(engine, { what: `memory, all with ${COUNT} running`, unit: 'MB' }, sumOf(busy));
      for (const id of ids) await api.remove(id);
    }
  },
};

/** MB of proportional set size by pid: the server, what descends from it, and the shims that left it. */
function processesOf(engine: BenchEngine): Map<number, number> {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(name), command: readOptional(`/proc/${name}/cmdline`) }));
  const own = new Set<number>([engine.pid()]);
  for (const { pid, command } of all) if (command.includes(engine.root)) own.add(pid);
  // Only of the server itself: children of a shim are the container.
  const shims = new Set([...own].filter((pid) => isShim(all.find((found) => found.pid === pid)?.command ?? '')));
  for (let size = 0; size !== own.size; ) {
    size = own.size;
    for (const { pid, parent } of all) if (own.has(parent) && !shims.has(parent)) own.add(pid);
  }
  return new Map([...own].map((pid) => [pid, pssOf(pid)]));
}

function isShim(command: string): boolean {
  return /^[^\0]*shim/.test(command);
}

function parentOf(pid: string): number {
  const fields = readOptional(`/proc/${pid}/stat`);
  return Number(fields.slice(fields.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

function pssOf(pid: number): number {
  const [, kib = '0'] = /^Pss:\s+(\d+)/m.exec(readOptional(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kib) / 1024;
}

function sumOf(processes: ReadonlyMap<number, number>): number {
  return [...processes.values()].reduce((total, mb) => total + mb, 0);
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended between the listing and the look.
    return '';
  }
}
