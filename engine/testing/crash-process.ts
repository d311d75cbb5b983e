import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { enginePaths } from '../paths.ts';
import type { Engine } from '../system/engine.ts';
import { containerConfig } from './container-config.ts';
import { DyingStores } from './dying-stores.ts';
import { importBusybox } from './import-busybox.ts';
import { createTestEngine } from './test-engine.ts';

/** What the next engine found and left, told after its start. */
export interface CrashReport {
  actions: string[];
  findings: string[];
  containers: string[];
  volumes: string[];
  /** Of each running container those it is on and those its record asks for. */
  networks: { on: string[]; asked: string[] }[];
  /** Folders of containers that have no row. */
  strays: string[];
}

export const OPERATIONS = [
  'create',
  'start',
  'stop',
  'remove',
  'connect',
  'disconnect',
  'network',
  'clone',
  'restore',
  'commit',
] as const;
type Operation = (typeof OPERATIONS)[number];

/** Three at once go round through all operations until the process is killed. */
async function churn(engine: Engine): Promise<never> {
  const goRound = async (name: string): Promise<never> => {
    for (;;) {
      const mounts = [{ type: 'volume' as const, target: '/www', readOnly: false }];
      const ports = [{ protocol: 'tcp' as const, containerPort: 80, hostAddress: '127.0.0.1' }];
      const config = containerConfig({ image: 'busybox:test', command: ['sleep', '600'], mounts, ports });
      await engine.containers.create(config, { name });
      await engine.containers.start(name);
      await engine.containers.restart(name, { timeoutSeconds: 0 });
      await engine.containers.pause(name);
      await engine.containers.unpause(name);
      await engine.containers.stop(name, { timeoutSeconds: 0 });
      await engine.containers.remove(name, { volumes: true });
    }
  };
  return Promise.race(['one', 'two', 'three'].map(goRound));
}

/**
 * One life of an engine that crashes: starts, tells what the crash before has left, begins anew and dies at the n-th
 * write of one operation. Exits with 0 when the operation has fewer writes.
 */
async function live(root: string, instance: string, operation: Operation, at: number, when: 'before' | 'after') {
  const dying = new DyingStores();
  const engine = await createTestEngine({ root, instance }, { stores: (stores) => dying.wrap(stores) });
  const { actions } = await engine.start();
  process.stdout.write(`${JSON.stringify(await report(engine, root, actions))}\n`);
  await prepare(engine, operation);
  dying.arm(at, when);
  await run(engine, operation);
  await engine[Symbol.asyncDispose]();
}

async function report(engine: Engine, root: string, actions: string[]): Promise<CrashReport> {
  const paths = enginePaths(join(root, 'data'), join(root, 'run'));
  const containers = await engine.containers.list({ all: true });
  const known = new Set<string>(containers.map(({ id }) => id));
  const folders = await Promise.all([readdir(paths.containers), readdir(paths.runContainers)]);
  return {
    actions,
    findings: await engine.verify({ deep: true }),
    containers: containers.map(({ name, state }) => `${name} ${state.status}`),
    volumes: (await engine.volumes.list()).map(({ name, anonymous }) => (anonymous ? 'anonymous' : name)),
    networks: await readNetworks(engine),
    strays: folders.flat().filter((name) => !known.has(name)),
  };
}

async function readNetworks(engine: Engine): Promise<CrashReport['networks']> {
  const running = await engine.containers.list({ status: ['running'] });
  return Promise.all(
    running.map(async ({ id, networks }) => {
      const { config } = await engine.containers.inspect(id);
      const asked = (config.networks ?? []).map(({ network }) => network);
      return { on: networks.map(({ name }) => name).sort(), asked: asked.sort() };
    }),
  );
}

async function prepare(engine: Engine, operation: Operation): Promise<void> {
  for (const { id } of await engine.containers.list({ all: true })) {
    await engine.containers.remove(id, { force: true, volumes: true });
  }
  if ((await engine.images.list()).length === 0) {
    await importBusybox(engine);
  }
  const networks = (await engine.networks.list({ type: 'custom' })).map(({ name }) => name);
  for (const network of networks) if (network !== 'front') await engine.networks.remove(network);
  if (!networks.includes('front')) await engine.networks.create({ name: 'front' });
  for (const { name } of await engine.volumes.list({ name: ['copy'] })) await engine.volumes.remove(name);
  if (operation === 'create' || operation === 'network') return;
  await create(engine);
  if (operation !== 'start') await engine.containers.start('box');
  if (operation === 'disconnect') await engine.containers.connectNetwork('box', { network: 'front' });
}

async function create(engine: Engine): Promise<void> {
  const config = containerConfig({
    image: 'busybox:test',
    command: ['sleep', '600'],
    ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1' }],
    mounts: [
      { type: 'volume', target: '/www', readOnly: false },
      { type: 'volume', name: 'kept', target: '/var', readOnly: false },
    ],
  });
  await engine.containers.create(config, { name: 'box' });
}

async function run(engine: Engine, operation: Operation): Promise<void> {
  switch (operation) {
    case 'create':
      return create(engine);
    case 'start':
      await engine.containers.start('box');
      return;
    case 'stop':
      await engine.containers.stop('box', { timeoutSeconds: 0 });
      return;
    case 'commit':
      await engine.containers.commit('box', { reference: 'made:1' });
      return;
    case 'remove':
      return engine.containers.remove('box', { force: true, volumes: true });
    case 'connect':
      return engine.containers.connectNetwork('box', { network: 'front', priority: 1 });
    case 'disconnect':
      return engine.containers.disconnectNetwork('box', 'bridge');
    case 'network':
      await engine.networks.create({ name: 'back', enableIpv6: true });
      return engine.networks.remove('back');
    case 'clone':
      await engine.volumes.clone('kept', { name: 'copy', consistent: true });
      return;
    case 'restore': {
      const pipe = new PassThrough();
      const archived = engine.volumes.backup('kept', { sink: pipe, consistent: true });
      await Promise.all([archived, engine.volumes.restore({ name: 'copy', source: pipe })]);
    }
  }
}

const [root, instance, name, at, when] = process.argv.slice(2);
const operation = OPERATIONS.find((known) => known === name);
if (root !== undefined && instance !== undefined && name === 'churn') {
  const engine = await createTestEngine({ root, instance });
  const { actions } = await engine.start();
  process.stdout.write(`${JSON.stringify(await report(engine, root, actions))}\n`);
  await prepare(engine, 'create');
  await churn(engine);
}
if (root !== undefined && instance !== undefined && operation !== undefined) {
  await live(root, instance, operation, Number(at), when === 'before' ? 'before' : 'after');
}
