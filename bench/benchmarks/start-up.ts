import { type Bench, type Benchmark, withContainers } from '../benchmark.ts';

const ROUNDS = 3;

/** From the start of the process to the first answer on the socket; in between it has looked at all it owns. */
export const startUp: Benchmark = {
  name: 'start-up',
  about: 'start of the server with 0 and with N containers there (--containers)',
  async run(bench) {
    const { containers } = bench.settings;
    await measure(bench, 'start-up, 0 containers');
    await withContainers(bench, () => measure(bench, `start-up, ${containers} containers`));
  },
};

async function measure(bench: Bench, what: string): Promise<void> {
  await bench.alternate(
    async (engine, counts) => {
      const ms = await engine.restart();
      if (counts) bench.record(engine, { what, unit: 'ms' }, ms);
    },
    { rounds: ROUNDS, warmUp: 1 },
  );
}
