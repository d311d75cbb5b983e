import type { HostSettings } from '../api.ts';
import type { Benchmark } from '../benchmark.ts';

const FIRST_PORT = 30_001;

/** What people notice first: `docker run --rm` of something short. */
export const run: Benchmark = {
  name: 'run',
  about: 'create, start, wait and remove: without network, on the bridge, with a published port',
  async run(bench) {
    const ways: [string, HostSettings][] = [
      ['run, no network', { NetworkMode: 'none' }],
      ['run, bridge', { NetworkMode: 'bridge' }],
      ['run, bridge and published port', { NetworkMode: 'bridge', PortBindings: published(FIRST_PORT) }],
    ];
    for (const [what, host] of ways) await bench.time(what, ({ api }) => api.cycle(host));
  },
};

/** On loopback only: nothing of a benchmark is to be reached from outside. */
function published(port: number): Record<string, { HostIp: string; HostPort: string }[]> {
  return { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] };
}
