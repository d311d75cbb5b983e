import { type Benchmark, timed } from '../benchmark.ts';

const LINES = 500_000;
const LINE = '2026-01-01T00:00:00Z info request served path=/api/items/4711 status=200 took=12ms bytes=5120 client=1';
const READS = 3;
/** Davit turns logs over by default, dockerd never does: both are told to keep all of it. */
const KEEP_ALL = { Type: 'json-file', Config: { 'max-size': '1g', 'max-file': '2' } };

/** A container that logs as fast as it can, and reading that log. */
export const logs: Benchmark = {
  name: 'logs',
  about: `write ${LINES} lines of ${LINE.length} bytes, read them back, tail 200`,
  async run(bench) {
    await bench.alternate(
      async (engine) => {
        const { api, name } = engine;
        const id = await api.create(['sh', '-c', `yes '${LINE}' | head -n ${LINES}`], {
          NetworkMode: 'none',
          LogConfig: KEEP_ALL,
        });
        const ms = await timed(() => api.runToEnd(id));
        bench.record(engine, { what: 'log, write', unit: 'lines/s' }, (LINES * 1000) / ms);
        const path = `/containers/${id}/logs?stdout=1&stderr=1`;
        for (let at = 0; at < READS; at += 1) {
          let bytes = 0;
          const readMs = await timed(async () => {
            bytes = await api.drain('GET', path);
          });
          // Eight bytes of frame and a line end with each line.
          const expected = LINES * (LINE.length + 1);
          if (bytes < expected) throw new Error(`${name} gave ${bytes} of ${expected} bytes of a log`);
          bench.record(engine, { what: 'log, read', unit: 'MB/s' }, bytes / 1e3 / readMs);
          const tailMs = await timed(() => api.drain('GET', `${path}&tail=200`));
          bench.record(engine, { what: `log, last 200 of ${LINES} lines`, unit: 'ms' }, tailMs);
        }
        await api.remove(id);
      },
      { rounds: Math.min(3, bench.settings.rounds), warmUp: 0 },
    );
  },
};
