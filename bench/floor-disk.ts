// What the disk and the processor allow at best: one sync, and the bytes of the image that `images` loads.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, mkdtempDisposable, open } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buildTar } from '#engine/diff/testing/tar-builder.ts';
import { Steps } from './steps.ts';

const USAGE = `usage: node bench/floor-disk.ts [ROUNDS]

Prints (medians of ROUNDS, 5) the milliseconds of one fdatasync(2) after 4 KiB, and of what no load of 300 MB in 10 layers can go
without: hashing the bytes once, a copy of them as blob, their files by tar, and a sync of the file system after both.
`;
const SYNCS = 100;
const LAYERS = 10;
const FILES = 300;
const FILE_BYTES = 100_000;

async function floors(rounds: number): Promise<void> {
  const steps = new Steps();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-floor-'));
  steps.counts = true;
  await using file = await open(join(folder.path, 'log'), 'w');
  for (let at = 0; at < SYNCS; at += 1) {
    await file.write(randomBytes(4_096));
    await steps.time('write 4 KiB (before) and fdatasync', () => file.datasync());
  }
  const layers: string[] = [];
  for (let layer = 0; layer < LAYERS; layer += 1) layers.push(await makeLayer(folder.path, layer));
  run('sync', ['--file-system', folder.path]);
  for (let round = 0; round < rounds; round += 1) await oneLoad(join(folder.path, `round-${round}`), layers, steps);
  const load = loadavg().map((value) => value.toFixed(1));
  process.stdout.write(
    `${new Date().toISOString()}, ${rounds} rounds, load average ${load.join(' ')}\n\n${steps.table(rounds)}`,
  );
}

async function oneLoad(target: string, layers: readonly string[], steps: Steps): Promise<void> {
  await mkdir(join(target, 'files'), { recursive: true });
  await steps.time('**all of the following**', async () => {
    await steps.time('sha256 of all layers, read from memory', async () => {
      for (const layer of layers)
        await pipeline(createReadStream(layer, { highWaterMark: 1 << 20 }), createHash('sha256'));
    });
    await steps.time('cp of all layers', async () => {
      for (const [at, layer] of layers.entries()) await copyFile(layer, join(target, String(at)));
    });
    await steps.time('tar -x of all layers', async () => {
      for (const layer of layers) run('tar', ['-C', join(target, 'files'), '-xf', layer]);
    });
    await steps.time('sync of the file system', async () => run('sync', ['--file-system', target]));
  });
  run('rm', ['-rf', target]);
}

async function makeLayer(folder: string, layer: number): Promise<string> {
  const members = Array.from({ length: FILES }, (_, file) => ({
    name: Buffer.from(`${layer}-${file}`),
    data: randomBytes(FILE_BYTES),
  }));
  const path = join(folder, `layer-${layer}.tar`);
  await using file = await open(path, 'w');
  await file.writeFile(buildTar(members));
  return path;
}

function run(program: string, args: string[]): void {
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}

const [asked = '5', ...more] = process.argv.slice(2);
if (asked === '--help') process.stdout.write(USAGE);
else if (more.length > 0 || !/^[1-9]\d{0,3}$/.test(asked)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else await floors(Number(asked));
