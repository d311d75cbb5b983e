import { type Benchmark, timed } from '../benchmark.ts';

const LINES = 8_000_000;
const LINE = '2026-01-01T00:00:00Z info request served path=/api/items/4711 status=200 took=12ms bytes=5120 client=100';
const READS = 5;
/** So long after all others comes the last line. */
const PAUSE_S = 3;
const KEEP_ALL = { Type: 'json-file', Config: { 'max-size': '4g', 'max-file': '2' } };

/** The end of a log that is too long to be read. */
export const longLog: Benchmark = {
  name: 'long-log',
  about: `tail 200, and what was written since ${PAUSE_S - 1} s, of a log of ${LINES / 1e6} million lines (1 GiB as it is stored)`,
  async run(bench) {
    await bench.alternate(
      async (engine) => {
        const { api, name } = engine;
        const script = `yes '${LINE}' | head -n ${LINES}; sleep ${PAUSE_S}; echo last`;
        const id = await api.create(['sh', '-c', script], { NetworkMode: 'none', LogConfig: KEEP_ALL });
        await api.runToEnd(id);
        const { State } = await api.json<{ State: { FinishedAt: string } }>('GET', `/containers/${id}/json`);
        const since = Date.parse(State.FinishedAt) / 1_000 - (PAUSE_S - 1);
        const path = `/containers/${id}/logs?stdout=1&stderr=1`;
        const asked = [
          ['log of 1 GiB, last 200 lines', 'tail=200', 200 * (LINE.length + 9) - LINE.length + 4],
          ['log of 1 GiB, since 2 s before its end', `since=${since.toFixed(3)}`, 8 + 5],
        ] as const;
        for (const [what, query, expected] of asked) {
          for (let at = 0; at < READS; at += 1) {
            let bytes = 0;
            const ms = await timed(async () => {
              bytes = await api.drain('GET', `${path}&${query}`);
            });
            if (bytes !== expected) throw new Error(`${name} gave ${bytes} bytes for ${query} instead of ${expected}`);
            bench.record(engine, { what, unit: 'ms' }, ms);
          }
        }
        await api.remove(id);
      },
      { rounds: 1, warmUp: 0 },
    );
  },
};
