import type { HostSettings } from '../api.ts';
import type { Benchmark } from '../benchmark.ts';
import { cpuOf, processesOf } from '../processes.ts';

/** Lives whose processor time is taken together; that of shims which nobody waits for is not seen. */
const LIVES = 20;
const FIRST_PORT = 30_001;

/** What people notice first: `docker run --rm` of something short. */
export const run: Benchmark = {
  name: 'run',
  about: 'create, start, wait and remove: without network, on the bridge, with a published port; processor time of one',
  async run(bench) {
    const ways: [string, HostSettings][] = [
      ['run, no network', { NetworkMode: 'none' }],
      ['run, bridge', { NetworkMode: 'bridge' }],
      ['run, bridge and published port', { NetworkMode: 'bridge', PortBindings: published(FIRST_PORT) }],
    ];
    for (const [what, host] of ways) await bench.time(what, ({ api }) => api.cycle(host));
    for (const engine of bench.engines) {
      const before = cpuOf(processesOf(engine));
      for (let at = 0; at < LIVES; at += 1) await engine.api.cycle({ NetworkMode: 'bridge' });
      const used = cpuOf(processesOf(engine)) - before;
      bench.record(engine, { what: 'run, bridge, processor time', unit: 'ms' }, used / LIVES);
    }
  },
};

/** On loopback only: nothing of a benchmark is to be reached from outside. */
function published(port: number): Record<string, { HostIp: string; HostPort: string }[]> {
  return { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] };
}
