import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContainerDeps, createContainerService, type ManagedContainers } from '../containers/index.ts';
import { EventBus } from '../events/index.ts';
import { createKernel } from '../kernel/index.ts';
import { type ContainerId, silentLogger, systemClock } from '../lib/index.ts';
import { createNetworkService } from '../networks/index.ts';
import { chainIds, digestOf, type ProcessConfig, parseDiffId } from '../oci/index.ts';
import { enginePaths } from '../paths.ts';
import { createRuntime, type Runtime, type RuntimeOptions } from '../runtime/index.ts';
import { readLog, readLogBytes } from '../runtime/log/index.ts';
import { compiledShim } from '../runtime/testing/compiled-shim.ts';
import { createSnapshotter } from '../snapshots/index.ts';
import { addressPoolsOf } from './address-pools.ts';
import { busyboxRootfs } from './busybox-rootfs.ts';
import { containerConfig } from './container-config.ts';
import { fakeContainerDeps } from './fake-container-deps.ts';
import { removeGroups } from './remove-groups.ts';
import { testStores } from './test-stores.ts';

type Config = Parameters<typeof containerConfig>[0];

interface RealContainers extends AsyncDisposable {
  deps: ContainerDeps;
  /** What containers are started by. */
  check: Runtime['check'];
  root: string;
  instance: string;
  service: ManagedContainers;
  /** As a new server after this one has gone. */
  restart(): Promise<void>;
  create(change: Config, name?: string): Promise<ContainerId>;
  /** Creates, runs to its end and removes; output of both streams. */
  run(change: Config): Promise<{ output: string; exitCode: number }>;
}

/** Containers of busybox on the real kernel and runc, in folders, groups, bridges and addresses of their own. */
export async function realContainers(
  image: ProcessConfig = { Cmd: ['sh'] },
  program: RuntimeOptions['program'] = 'auto',
): Promise<RealContainers> {
  const instance = `k${randomInt(36 ** 5).toString(36)}`;
  const root = await mkdtemp(join(tmpdir(), 'davit-real-'));
  const paths = enginePaths(join(root, 'data'), join(root, 'run'));
  const shimPath = await compiledShim();
  const kernel = await createKernel();
  const stores = testStores();
  const shared = { paths, kernel, clock: systemClock, log: silentLogger, events: new EventBus() };
  const snapshots = createSnapshotter({ ...shared, store: stores.snapshots });
  const runtime = createRuntime({ ...shared, instance, shimPath, program });
  const addressPools = addressPoolsOf(instance);
  const networks = createNetworkService({ ...shared, instance, store: stores.networks, addressPools });
  await networks.ensure();

  const archive = join(root, 'rootfs.tar');
  await writeFile(archive, await busyboxRootfs());
  const diffId = parseDiffId(digestOf(await readFile(archive)));
  const [chainId] = chainIds([diffId]);
  assert.ok(chainId);
  await using layer = await snapshots.prepareLayer(undefined);
  execFileSync('tar', ['-xf', archive, '-C', layer.dir]);
  await layer.commit({ chainId, diffId, sizeBytes: 1 });
  await snapshots.settle();

  using fake = fakeContainerDeps();
  const found = await fake.deps.images.resolve('busybox');
  const record = { ...found, chainId, config: { ...found.config, config: image } };
  const images = { ...fake.deps.images, resolve: async () => record };
  const logs = { readLog, readLogBytes };
  const deps = { ...fake.deps, ...shared, store: stores.containers, runtime, networks, snapshots, images, ...logs };
  const begin = () => {
    const service = createContainerService(deps);
    service.releaseRestarts();
    return service;
  };
  const real: RealContainers = {
    deps,
    check: () => runtime.check(),
    root,
    instance,
    service: begin(),
    async restart() {
      await real.service.close();
      real.service = begin();
      await real.service.reconcile({ rebooted: false });
    },
    create: async (change, name) =>
      (await real.service.create(containerConfig(change), name === undefined ? {} : { name })).id,
    async run(change) {
      const id = await real.create(change);
      await using stream = await real.service.attach(id);
      const ended = real.service.wait(id, { condition: 'next-exit' });
      await real.service.start(id);
      let output = '';
      for await (const { data } of stream.output) output += data.toString();
      const { exitCode } = await ended;
      await real.service.remove(id);
      return { output, exitCode };
    },
    async [Symbol.asyncDispose]() {
      for (const { id } of await real.service.list({ all: true })) await real.service.remove(id, { force: true });
      await real.service.close();
      await runtime[Symbol.asyncDispose]();
      for (const { bridge } of await networks.list()) if (bridge !== undefined) await kernel.deleteLink(bridge);
      await kernel.deleteTable(instance);
      await kernel[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
      await removeGroups(instance);
    },
  };
  return real;
}
