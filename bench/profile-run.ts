// Where the time of one `run` goes: the engine in this process, its parts timed call by call, and the runtime alone as the floor.
import { mkdtempDisposable } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContainerService, type ManagedContainers } from '#engine/containers/index.ts';
import { type ContainerId, silentLogger } from '#engine/lib/index.ts';
import { containerConfig } from '#engine/testing/container-config.ts';
import { realContainers } from '#engine/testing/real-containers.ts';
import { openDatabase } from '#server/db/index.ts';
import { createStores } from '#server/stores/index.ts';
import { runtimeAlone } from './runtime-alone.ts';
import { Steps } from './steps.ts';

const USAGE = `usage: node bench/profile-run.ts [ROUNDS [runc|crun]]

Runs a container on the bridge ROUNDS times (20) and prints what each step takes, then the runtime (runc) alone with the same
config.json: run, create and start, exec, each with the control groups and (crun) without.
Root is needed. Rows of containers are in SQLite as in the server; HTTP is no part of it: node bench/run.ts run has both.
`;
const WARM_UP = 3;

type Real = Awaited<ReturnType<typeof realContainers>>;

/** The same parts with a clock in front of each. */
function watched(real: Real, store: Real['deps']['store'], steps: Steps): ManagedContainers {
  const { deps } = real;
  return createContainerService({
    ...deps,
    store: steps.watch(store, {
      ...{ insert: 'row: insert', update: 'row: update', delete: 'row: delete' },
      ...{ get: 'row: read', findByName: 'row: read', findByIdPrefix: 'row: read' },
    }),
    snapshots: steps.watch(deps.snapshots, {
      ...{ createActive: 'snapshot: create', mount: 'snapshot: mount' },
      ...{ unmount: 'snapshot: unmount', removeActive: 'snapshot: remove' },
    }),
    networks: steps.watch(deps.networks, { attach: 'network: attach', detach: 'network: detach' }),
    runtime: steps.watch(deps.runtime, {
      start: 'runtime: start (spec, shim, run)',
      cleanUp: 'runtime: clean up',
    }),
  });
}

async function runOnce(service: ManagedContainers, steps: Steps): Promise<void> {
  await steps.time('**run**', async () => {
    const id = await steps.time('**create**', async () => (await service.create(shortContainer())).id);
    const began = Date.now();
    const ended = service.wait(id, { condition: 'next-exit' });
    await steps.time('**start**', () => service.start(id));
    await steps.time('**from started to the exit told**', () => ended);
    await noteFirstLine(service, id, began, steps);
    await steps.time('**remove**', () => service.remove(id));
  });
}

/** The shim writes the time of a line into the log. */
async function noteFirstLine(service: ManagedContainers, id: string, began: number, steps: Steps): Promise<void> {
  for await (const [line] of await service.logs(id, { stdout: true })) {
    if (line === undefined) continue;
    steps.add('first line in the log, after start was asked', Date.parse(line.time) - began);
    return;
  }
  throw new Error('the container logged nothing');
}

function shortContainer(): ReturnType<typeof containerConfig> {
  return containerConfig({ command: ['echo', 'done'] });
}

async function removeAll(service: ManagedContainers): Promise<void> {
  const left: { id: ContainerId }[] = await service.list({ all: true });
  for (const { id } of left) await service.remove(id, { force: true });
  await service.close();
}

async function profile(rounds: number, program: 'runc' | 'crun'): Promise<void> {
  await using real = await realContainers(undefined, program);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-profile-'));
  await using database = await openDatabase({ file: join(folder.path, 'davit.db'), log: silentLogger });
  const [steps, floor] = [new Steps(), new Steps()];
  const service = watched(real, createStores(database.db).containers, steps);
  try {
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      steps.counts = round >= WARM_UP;
      await runOnce(service, steps);
    }
    steps.counts = false;
    await runtimeAlone(real, service, { rounds, warmUp: WARM_UP, steps: floor });
  } finally {
    await removeAll(service);
  }
  const load = loadavg().map((value) => value.toFixed(1));
  const about = `${new Date().toISOString()}, ${rounds} rounds, load average ${load.join(' ')}`;
  process.stdout.write(`${about}\n\n${steps.table(rounds)}${floor.rows(rounds)}`);
}

const [asked = '20', program = 'runc', ...more] = process.argv.slice(2);
if (asked === '--help') process.stdout.write(USAGE);
else if (more.length > 0 || (program !== 'runc' && program !== 'crun') || !/^[1-9]\d{0,4}$/.test(asked)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else await profile(Number(asked), program);
