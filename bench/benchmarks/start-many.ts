import { type Benchmark, timed } from '../benchmark.ts';

const COUNT = 40;
const ROUNDS = 2;

/** Forty that stay, one after the other, on the bridge. */
export const startMany: Benchmark = {
  name: 'start-many',
  about: `start of ${COUNT} containers that go on running`,
  async run(bench) {
    await bench.alternate(
      async (engine, counts) => {
        const { api } = engine;
        const ids: string[] = [];
        for (let at = 0; at < COUNT; at += 1) ids.push(await api.create(['sleep', '3600'], { NetworkMode: 'bridge' }));
        const ms = await timed(async () => {
          for (const id of ids) await api.start(id);
        });
        if (counts) bench.record(engine, { what: `start of ${COUNT}, each`, unit: 'ms' }, ms / COUNT);
        for (const id of ids) await api.remove(id);
      },
      { rounds: ROUNDS, warmUp: 0 },
    );
  },
};
