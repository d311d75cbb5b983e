import { type Benchmark, inParallel, timed } from '../benchmark.ts';

const AT_ONCE = 8;
const COUNT = 24;

/** Eight clients that each run one short container after the other. */
export const parallel: Benchmark = {
  name: 'parallel',
  about: `the same on the bridge, ${AT_ONCE} at once`,
  async run(bench) {
    const rounds = Math.max(2, Math.ceil(bench.settings.rounds / 4));
    await bench.alternate(
      async (engine, counts) => {
        const ms = await timed(() => inParallel(COUNT, AT_ONCE, () => engine.api.cycle({ NetworkMode: 'bridge' })));
        const figure = { what: `run, bridge, ${AT_ONCE} at once`, unit: '/s' } as const;
        if (counts) bench.record(engine, figure, (COUNT * 1000) / ms);
      },
      { rounds, warmUp: 1 },
    );
  },
};
