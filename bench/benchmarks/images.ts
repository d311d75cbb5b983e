import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtempDisposable, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { archiveOf, dockerFiles, layerOf } from '#engine/testing/image-archives.ts';
import { type Benchmark, timed } from '../benchmark.ts';
import type { BenchEngine } from '../engines.ts';
import { cpuOf, processesOf, residentOf } from '../processes.ts';

const LAYERS = 10;
const FILES = 300;
const FILE_BYTES = 100_000;
const TAG = 'bench-large:1';
const HIGH_WATER_MARK = 1 << 20;
/** Until helpers that wait for more work have ended: what they used is told only then. */
const REST_MS = 3_000;
const PING_MS = 20;

/** `docker load` and `docker save`; the image is removed between, so that every load unpacks all of it. */
export const images: Benchmark = {
  name: 'images',
  about: `load and save of an image of ${(LAYERS * FILES * FILE_BYTES) / 1e6} MB in ${LAYERS} layers; memory and answers meanwhile`,
  async run(bench) {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-bench-image-'));
    const archive = join(folder.path, 'image.tar');
    await writeFile(archive, imageArchive());
    const { size } = await stat(archive);
    await bench.alternate(
      async (engine) => {
        const { api, name } = engine;
        const before = cpuOf(processesOf(engine));
        const headers = { 'content-type': 'application/x-tar', 'content-length': size };
        await using watch = watchServer(engine);
        const loadMs = await timed(async () => {
          const source = createReadStream(archive, { highWaterMark: HIGH_WATER_MARK });
          const said = await text(await api.open('POST', '/images/load?quiet=1', { source, headers }));
          if (!said.includes('Loaded image')) throw new Error(`${name}: ${said.slice(0, 300)}`);
        });
        bench.record(engine, { what: 'image, load', unit: 'MB/s' }, size / 1e3 / loadMs);
        const { longestAnswerMs, mostMemory } = await watch.end();
        bench.record(engine, { what: 'image, load, longest answer to a ping meanwhile', unit: 'ms' }, longestAnswerMs);
        bench.record(engine, { what: 'image, load, most memory of the server meanwhile', unit: 'MB' }, mostMemory);
        await delay(REST_MS);
        const used = cpuOf(processesOf(engine)) - before;
        bench.record(engine, { what: 'image, load, processor time', unit: 'ms' }, used);
        let saved = 0;
        const saveMs = await timed(async () => {
          saved = await api.drain('GET', `/images/${TAG}/get`);
        });
        if (saved < LAYERS * FILES * FILE_BYTES) throw new Error(`${name} saved only ${saved} bytes`);
        bench.record(engine, { what: 'image, save', unit: 'MB/s' }, saved / 1e3 / saveMs);
        await api.json('DELETE', `/images/${TAG}?force=1`);
      },
      { rounds: Math.min(3, bench.settings.rounds), warmUp: 0 },
    );
  },
};

/** While it works: how long others wait for the shortest of answers, and what the server's own process holds. */
function watchServer(engine: BenchEngine) {
  const stop = new AbortController();
  const seen = { longestAnswerMs: 0, mostMemory: 0 };
  async function look(): Promise<void> {
    while (!stop.signal.aborted) {
      const ms = await timed(() => engine.api.drain('GET', '/_ping'));
      seen.longestAnswerMs = Math.max(seen.longestAnswerMs, ms);
      seen.mostMemory = Math.max(seen.mostMemory, residentOf(engine.pid()));
      await delay(PING_MS);
    }
  }
  const looking = look();
  // Whoever ends it is told.
  looking.catch(() => undefined);
  async function end(): Promise<typeof seen> {
    stop.abort();
    await looking;
    return seen;
  }
  return { end, [Symbol.asyncDispose]: async () => void (await end()) };
}

/** Of random bytes: nothing gains by compressing or by holes. */
function imageArchive(): Buffer {
  const layers = Array.from({ length: LAYERS }, (_, layer) =>
    layerOf(
      Array.from({ length: FILES }, (_, file) => ({
        name: Buffer.from(`data/${layer}/${file}`),
        data: randomBytes(FILE_BYTES),
      })),
    ),
  );
  return archiveOf(dockerFiles(layers, { tag: TAG }));
}
