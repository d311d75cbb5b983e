import { countBytes } from '../api.ts';
import { type Benchmark, timed } from '../benchmark.ts';

const LINES = 1_000_000;
const LINE = 'x'.repeat(99);

/** Output of a container that a client reads while it is logged as well. */
export const attach: Benchmark = {
  name: 'attach',
  about: `${(LINES * (LINE.length + 1)) / 1e6} MB of output through an attached client`,
  async run(bench) {
    await bench.alternate(
      async (engine) => {
        const { api, name } = engine;
        const id = await api.create(['sh', '-c', `yes ${LINE} | head -n ${LINES}`], { NetworkMode: 'none' });
        const stream = await api.hijack(`/containers/${id}/attach?stream=1&stdout=1&stderr=1`);
        let bytes = 0;
        const ms = await timed(async () => {
          const read = countBytes(stream);
          await api.start(id);
          bytes = await read;
        });
        const expected = LINES * (LINE.length + 1);
        if (bytes < expected) throw new Error(`${name} gave ${bytes} of ${expected} bytes to an attached client`);
        bench.record(engine, { what: 'attach, output', unit: 'MB/s' }, bytes / 1e3 / ms);
        await api.remove(id);
      },
      { rounds: Math.min(3, bench.settings.rounds), warmUp: 0 },
    );
  },
};
