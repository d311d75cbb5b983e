import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '#engine/lib/index.ts';
import { containerConfig } from '#engine/testing/container-config.ts';
import { importBusybox } from '#engine/testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '#engine/testing/test-engine.ts';
import { openDatabase } from '#server/db/index.ts';
import { createStores } from '#server/stores/index.ts';
import type { HostSettings } from '../api.ts';
import { type Bench, type Benchmark, inParallel, withContainers } from '../benchmark.ts';
import type { BenchEngine } from '../engines.ts';

type OwnEngine = Awaited<ReturnType<typeof createTestEngine>>;

/** What the dashboard and the API are built on, without HTTP and JSON; of others there is nothing but their API. */
export const verbs: Benchmark = {
  name: 'verbs',
  about: "list, inspect and run by Davit's own engine within this process, beside the API of the others",
  async run(bench) {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-bench-verbs-'));
    await using database = await openDatabase({ file: join(folder.path, 'davit.db'), log: silentLogger });
    const place = await newTestPlace();
    const engine = await createTestEngine(place, { stores: () => createStores(database.db) });
    try {
      await engine.start();
      await importBusybox(engine);
      await timeVerbs(bench, engine);
    } finally {
      await dropTestEngine(engine, place);
    }
  },
};

async function timeVerbs(bench: Bench, engine: OwnEngine): Promise<void> {
  const { containers: count } = bench.settings;
  /** Ours in place of the API of the server that is there too. */
  const time = (what: string, ours: () => Promise<unknown>, theirs: (other: BenchEngine) => Promise<unknown>) =>
    bench.time(`${what}, verb`, (one) => (one === bench.engines[0] ? ours() : theirs(one)));

  for (const [what, network] of [
    ['run, no network', 'none'],
    ['run, bridge', 'bridge'],
  ] as const) {
    const host: HostSettings = { NetworkMode: network };
    await time(
      what,
      () => cycle(engine, network),
      ({ api }) => api.cycle(host),
    );
  }
  await inParallel(count, 4, async () => {
    await engine.containers.create(containerConfig({ image: 'busybox:test', command: ['true'], network: 'none' }));
  });
  await withContainers(bench, async () => {
    await time(
      `list ${count} containers`,
      async () => {
        const found = await engine.containers.list({ all: true });
        if (found.length < count) throw new Error(`the engine lists ${found.length} of ${count} containers`);
      },
      ({ api }) => api.json('GET', '/containers/json?all=1'),
    );
    const ids = new Map<BenchEngine, string>();
    for (const one of bench.engines) {
      const [first] = await one.api.json<{ Id: string }[]>('GET', '/containers/json?all=1&limit=1');
      ids.set(one, first?.Id ?? '');
    }
    const [own] = await engine.containers.list({ all: true });
    await time(
      `inspect, one of ${count}`,
      () => engine.containers.inspect(own?.id ?? ''),
      (other) => other.api.json('GET', `/containers/${ids.get(other)}/json`),
    );
  });
}

async function cycle({ containers }: OwnEngine, network: 'none' | 'bridge'): Promise<void> {
  const { id } = await containers.create(containerConfig({ image: 'busybox:test', command: ['true'], network }));
  const ended = containers.wait(id, { condition: 'next-exit' });
  await containers.start(id);
  await ended;
  await containers.remove(id);
}
