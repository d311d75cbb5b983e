import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createKernel, type Kernel } from '../kernel/index.ts';
import { silentLogger, systemClock } from '../lib/index.ts';
import { createNetworkService, type NetworkService } from '../networks/index.ts';
import { chainIds, digestOf, parseDiffId } from '../oci/index.ts';
import { enginePaths } from '../paths.ts';
import { createRuntime, type Runtime } from '../runtime/index.ts';
import { compiledShim } from '../runtime/testing/compiled-shim.ts';
import { createSnapshotter } from '../snapshots/index.ts';
import { addressPoolsOf } from '../testing/address-pools.ts';
import { busyboxRootfs } from '../testing/busybox-rootfs.ts';
import { containerConfig } from '../testing/container-config.ts';
import { fakeContainerDeps } from '../testing/fake-container-deps.ts';
import { testStores } from '../testing/test-stores.ts';
import { createContainerService, type ManagedContainers } from './index.ts';

const instance = `c${randomInt(36 ** 5).toString(36)}`;
const seen: string[] = [];
let root: string;
let kernel: Kernel;
let runtime: Runtime;
let networks: NetworkService;
let containers: ManagedContainers;
let makeService: () => ManagedContainers;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'davit-cont-'));
  const paths = enginePaths(join(root, 'data'), join(root, 'run'));
  const shimPath = await compiledShim();
  kernel = await createKernel();
  const stores = testStores();
  const shared = { paths, kernel, clock: systemClock, log: silentLogger };
  const snapshots = createSnapshotter({ ...shared, store: stores.snapshots });
  runtime = createRuntime({ ...shared, instance, shimPath });
  networks = createNetworkService({
    ...shared,
    instance,
    store: stores.networks,
    addressPools: addressPoolsOf(instance),
  });
  await networks.ensure();

  const archive = join(root, 'rootfs.tar');
  await writeFile(archive, await busyboxRootfs());
  const diffId = parseDiffId(digestOf(await readFile(archive)));
  const [chainId] = chainIds([diffId]);
  assert.ok(chainId);
  await using layer = await snapshots.prepareLayer(undefined);
  execFileSync('tar', ['-xf', archive, '-C', layer.dir]);
  await layer.commit({ chainId, diffId, sizeBytes: 1 });

  using fake = fakeContainerDeps();
  const image = { ...(await fake.deps.images.resolve('busybox')), chainId };
  const images = { ...fake.deps.images, resolve: async () => image };
  fake.deps.events.subscribe(({ action }) => seen.push(action));
  const deps = { ...fake.deps, ...shared, store: stores.containers, runtime, networks, snapshots, images };
  makeService = () => {
    const service = createContainerService(deps);
    service.releaseRestarts();
    return service;
  };
  containers = makeService();
});

after(async () => {
  for (const { id } of await containers.list({ all: true })) await containers.remove(id, { force: true });
  await containers.close();
  await runtime[Symbol.asyncDispose]();
  for (const { bridge } of await networks.list()) if (bridge !== undefined) await kernel.deleteLink(bridge);
  await kernel.deleteTable(instance);
  await kernel[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const make = (change: Parameters<typeof containerConfig>[0]) => containers.create(containerConfig(change));

test('a process runs, its code and its reason are recorded, and nothing is left of it', {
  timeout: 60_000,
}, async () => {
  const { id } = await make({ command: ['sh', '-c', 'exit 3'] });
  await containers.start(id);
  assert.deepEqual(await containers.wait(id), { exitCode: 3 });
  assert.equal((await containers.inspect(id)).stopReason?.kind, 'crashed');
  await containers.remove(id);
  assert.deepEqual(await runtime.listKnown(), []);
  assert.deepEqual(
    (await kernel.listMounts()).filter(({ target }) => target.startsWith(join(root, 'run/containers'))),
    [],
  );
});

test('a published port reaches the program, and a stop ends it', { timeout: 60_000 }, async () => {
  const { id } = await make({
    command: ['httpd', '-f', '-p', '80', '-h', '/www'],
    user: 'web',
    ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1' }],
    extraHosts: ['db:10.0.0.9'],
  });
  await containers.start(id);
  const { ports } = await containers.inspect(id);
  assert.equal(ports.length, 1);
  const url = `http://127.0.0.1:${ports[0]?.hostPort}/`;
  let text = '';
  for (let tries = 0; tries < 50 && text === ''; tries++) {
    text = await fetch(url).then(
      (answer) => answer.text(),
      () => new Promise<string>((resolve) => setTimeout(resolve, 100, '')),
    );
  }
  assert.equal(text, 'hello from a container\n');
  assert.deepEqual(await containers.findShells(id), ['/bin/ash', '/bin/sh']);
  const exec = await containers.createExec(id, {
    args: ['sh', '-c', 'id -u; cat /etc/hosts'],
    tty: false,
    openStdin: false,
  });
  await using stream = await containers.startExec(exec.id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  assert.match(output, /^1000\n/);
  assert.match(output, /10\.0\.0\.9\tdb/);
  assert.deepEqual(await containers.stop(id, { timeoutSeconds: 2 }), { stopped: true });
  assert.deepEqual((await containers.inspect(id)).ports, []);
  await containers.remove(id);
});

test('a program that is not there answers 127 and leaves nothing', { timeout: 60_000 }, async () => {
  const { id } = await make({ command: ['nosuch'] });
  await assert.rejects(containers.start(id), /executable file not found in \$PATH/);
  const { stopReason } = await containers.inspect(id);
  assert.equal(stopReason?.kind === 'start_failed' && stopReason.exitCode, 127);
  assert.deepEqual(await runtime.listKnown(), []);
  await containers.remove(id);
});

test('a client that attached before the start gets the first byte', { timeout: 60_000 }, async () => {
  const { id } = await make({ command: ['sh', '-c', 'echo first; exit 3'], autoRemove: true });
  await using stream = await containers.attach(id);
  const removed = containers.wait(id, { condition: 'removed' });
  await containers.start(id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  assert.equal(output, 'first\n');
  assert.deepEqual(await removed, { exitCode: 3 });
  assert.deepEqual(seen.slice(-5), ['create', 'attach', 'start', 'die', 'destroy']);
});

test('another service joins what runs and records its end', { timeout: 60_000 }, async () => {
  const { id } = await make({ command: ['sleep', '60'] });
  await containers.start(id);
  const before = (await containers.inspect(id)).state;
  await containers.close();
  containers = makeService();
  assert.deepEqual(await containers.reconcile({ rebooted: false }), []);
  assert.deepEqual((await containers.inspect(id)).state, before);
  await containers.pause(id);
  await containers.kill(id);
  const { state } = await containers.inspect(id);
  assert.equal(state.status === 'exited' && state.exitCode, 137);
  await containers.remove(id);
});
