import { type Benchmark, withContainers } from '../benchmark.ts';

/** What a dashboard or `docker ps -a` asks for again and again. */
export const list: Benchmark = {
  name: 'list',
  about: 'list and inspect with N containers there (--containers)',
  async run(bench) {
    const { containers } = bench.settings;
    await withContainers(bench, async () => {
      await bench.time(`list ${containers} containers`, async ({ api, name }) => {
        const found = await api.json<unknown[]>('GET', '/containers/json?all=1');
        if (found.length < containers) throw new Error(`${name} lists ${found.length} of ${containers} containers`);
      });
      const ids = new Map<string, string>();
      for (const { api, name } of bench.engines) {
        const [first] = await api.json<{ Id: string }[]>('GET', '/containers/json?all=1&limit=1');
        ids.set(name, first?.Id ?? '');
      }
      await bench.time(`inspect, one of ${containers}`, ({ api, name }) =>
        api.json('GET', `/containers/${ids.get(name)}/json`),
      );
    });
  },
};
