import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { enginePaths } from '../paths.ts';
import type { Engine } from '../system/engine.ts';
import { busyboxRootfs } from './busybox-rootfs.ts';
import { containerConfig } from './container-config.ts';
import { importBusybox } from './import-busybox.ts';
import { waitUntil } from './wait-until.ts';

/** What the next engine found and left, told after its start. */
export interface CrashReport {
  actions: string[];
  findings: string[];
  containers: string[];
  volumes: string[];
  /** Of each running container those it is on and those its record asks for. */
  networks: { on: string[]; asked: string[] }[];
  /** Folders of containers that have no row, and names on networks that no container has. */
  strays: string[];
}

export const OPERATIONS = [
  'create',
  'start',
  'stop',
  'remove',
  'discard',
  'connect',
  'disconnect',
  'rename',
  'network',
  'clone',
  'restore',
  'commit',
  'load',
  'unload',
  'update',
  'import',
  'tag',
  'untag',
  'prune',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** For files of tests that run side by side: what copies and packs layers and volumes, and all the rest. */
export type OperationGroup = 'containers' | 'data';
const DATA: readonly Operation[] = ['clone', 'restore', 'commit', 'load', 'unload', 'import', 'tag', 'untag', 'prune'];

export function operationsOf(group: OperationGroup): Operation[] {
  return OPERATIONS.filter((operation) => DATA.includes(operation) === (group === 'data'));
}

export async function report(engine: Engine, root: string, actions: string[]): Promise<CrashReport> {
  const paths = enginePaths(join(root, 'data'), join(root, 'run'));
  const containers = await engine.containers.list({ all: true });
  const known = new Set<string>(containers.map(({ id }) => id));
  const folders = await Promise.all([readdir(paths.containers), readdir(paths.runContainers)]);
  return {
    actions,
    findings: [...(await engine.verify({ deep: true })), ...(await wrongLimits(engine))],
    containers: containers.map(({ name, state }) => `${name} ${state.status}`),
    volumes: (await engine.volumes.list()).map(({ name, anonymous }) => (anonymous ? 'anonymous' : name)),
    networks: await readNetworks(engine),
    strays: [...folders.flat().filter((name) => !known.has(name)), ...(await strayNames(engine))],
  };
}

/** Containers whose group has another limit than their record says. */
async function wrongLimits(engine: Engine): Promise<string[]> {
  const wrong: string[] = [];
  for (const { id, name } of await engine.containers.list({ status: ['running'] })) {
    const { memoryBytes = 0 } = (await engine.containers.inspect(id)).config.resources;
    const { memoryLimitBytes = 0 } = await engine.containers.stats(id);
    if (memoryBytes !== 0 && memoryBytes !== memoryLimitBytes) {
      wrong.push(`${name} says ${memoryBytes} bytes of memory and has ${memoryLimitBytes}`);
    }
  }
  return wrong;
}

async function strayNames(engine: Engine): Promise<string[]> {
  const names = new Set((await engine.containers.list({ all: true })).map(({ name }) => name));
  const endpoints = (await engine.networks.list()).flatMap((network) => network.endpoints);
  return endpoints.map(({ name }) => name).filter((name) => !names.has(name));
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

/** What the operation needs is there, and nothing of an earlier try. */
export async function prepare(engine: Engine, operation: Operation, root: string): Promise<void> {
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
  for (const { references } of await engine.images.list()) {
    for (const made of MADE.filter((name) => references.includes(name))) await engine.images.remove(made);
  }
  if (['create', 'network', 'import', 'tag'].includes(operation)) return;
  if (operation === 'untag') return engine.images.tag('busybox:test', 'again:1');
  if (operation === 'prune') return prepareUnused(engine);
  if (operation === 'load' || operation === 'unload') return prepareArchive(engine, operation, join(root, 'made.tar'));
  await create(engine);
  if (operation !== 'start' && operation !== 'discard') await engine.containers.start('box');
  if (operation === 'disconnect' || operation === 'rename')
    await engine.containers.connectNetwork('box', { network: 'front' });
}

/** An image without a name, a volume and a network that nobody uses. */
async function prepareUnused(engine: Engine): Promise<void> {
  await engine.images.import({ source: await otherRootfs() });
  await engine.volumes.create({ name: 'copy' });
}

/** With a layer that no other image has. */
async function otherRootfs(): Promise<Readable> {
  return Readable.from([await busyboxRootfs(import.meta.filename)]);
}

/** Names that operations give to images. */
const MADE = ['made:1', 'again:1'];

async function prepareArchive(engine: Engine, operation: 'load' | 'unload', archive: string): Promise<void> {
  if (!existsSync(archive)) {
    await engine.containers.create(containerConfig({ image: 'busybox:test', command: ['touch', '/made'] }), {
      name: 'maker',
    });
    await engine.containers.start('maker');
    await waitUntil(
      'the file is made',
      async () => (await engine.containers.inspect('maker')).state.status === 'exited',
    );
    await engine.containers.commit('maker', { reference: 'made:1' });
    await engine.containers.remove('maker');
    const { stream } = await engine.images.save(['made:1']);
    await pipeline(stream, createWriteStream(archive));
    if (operation === 'load') await engine.images.remove('made:1');
  } else if (operation === 'unload') {
    await engine.images.load({ source: createReadStream(archive) });
  }
}

async function create(engine: Engine): Promise<void> {
  const config = containerConfig({
    image: 'busybox:test',
    command: ['sleep', '600'],
    resources: { memoryBytes: 64 << 20 },
    ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1' }],
    mounts: [
      { type: 'volume', target: '/www', readOnly: false },
      { type: 'volume', name: 'kept', target: '/var', readOnly: false },
    ],
  });
  await engine.containers.create(config, { name: 'box' });
}

export async function run(engine: Engine, operation: Operation, root: string): Promise<void> {
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
    case 'discard':
      return engine.containers.remove('box', { force: true, volumes: true });
    case 'connect':
      return engine.containers.connectNetwork('box', { network: 'front', priority: 1 });
    case 'disconnect':
      return engine.containers.disconnectNetwork('box', 'bridge');
    case 'rename':
      return engine.containers.rename('box', 'crate');
    case 'network':
      await engine.networks.create({ name: 'back', enableIpv6: true });
      await engine.networks.remove('back');
      return;
    case 'clone':
      await engine.volumes.clone('kept', { name: 'copy', consistent: true });
      return;
    case 'restore': {
      const pipe = new PassThrough();
      // Whichever fails first, the other one must not wait for it.
      const failures: unknown[] = [];
      const cut = (error: unknown): void => {
        pipe.destroy();
        failures.push(error);
      };
      await Promise.all([
        engine.volumes.backup('kept', { sink: pipe, consistent: true }).catch(cut),
        engine.volumes.restore({ name: 'copy', source: pipe }).catch(cut),
      ]);
      // The second one only tells that the pipe is gone.
      if (failures.length > 0) throw failures[0];
      return;
    }
    case 'load':
      await engine.images.load({ source: createReadStream(join(root, 'made.tar')) });
      return;
    case 'unload':
      await engine.images.remove('made:1');
      return;
    case 'update':
      await engine.containers.update('box', { resources: { memoryBytes: 96 << 20, memorySwapBytes: 96 << 20 } });
      return;
    case 'import':
      await engine.images.import({ source: await otherRootfs(), reference: 'made:1' });
      return;
    case 'tag':
      return engine.images.tag('busybox:test', 'again:1');
    case 'untag':
      await engine.images.remove('again:1');
      return;
    case 'prune':
      await engine.images.prune();
      await engine.volumes.prune({ all: true });
      await engine.networks.prune();
  }
}
