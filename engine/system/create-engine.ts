import { mkdir } from 'node:fs/promises';
import { createContainerService } from '../containers/index.ts';
import { createContentStore } from '../content/index.ts';
import { createLayerApplier, createTreeCopier, createTreePacker, createTreeReader } from '../diff/index.ts';
import { EngineError } from '../errors/index.ts';
import { EventBus, EventKeeper, readHistory } from '../events/index.ts';
import { createImageService } from '../images/index.ts';
import { createKernel, type Kernel } from '../kernel/index.ts';
import { createNetworkService } from '../networks/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { readLog, readLogBytes } from '../runtime/log/index.ts';
import { createSnapshotter } from '../snapshots/index.ts';
import { createVolumeService, type VolumeUsers } from '../volumes/index.ts';
import { detectReboot } from './boot-id.ts';
import { DiskPartsMeter } from './disk-parts.ts';
import { measureDiskUsage } from './disk-usage.ts';
import type { Engine, EngineOptions, HostCheck, HostInfo } from './engine.ts';
import { checkHost } from './host-checks.ts';
import { readHostInfo } from './host-info.ts';
import { hostUsageReader } from './host-usage.ts';
import { pauseIfRunning, unpauseIfPaused, usersOf } from './users.ts';
import { verifyEngine } from './verify-engine.ts';

const REPAIR_MS = 30_000;

/**
 * Builds the engine of one host; nothing on the host changes before `start`. Disposing it leaves every container running.
 *
 * @throws EngineError `unavailable` when the kernel's functions cannot be bound, `invalid_argument` (instance)
 */
export async function createEngine(opts: EngineOptions): Promise<Engine> {
  const { paths, stores, log, clock, instance } = opts;
  const onListenerError = (error: unknown): void => log.error({ err: error }, 'event listener failed');
  const events = new EventBus({ onListenerError, kept: await readHistory(stores.events, { log, clock }) });
  const keeper = new EventKeeper({ bus: events, store: stores.events, log });
  const kernel = await createKernel();
  const shared = { paths, kernel, log, clock, events };
  const content = createContentStore(shared);
  const applier = createLayerApplier(shared);
  const packer = createTreePacker(shared);
  const copier = createTreeCopier(shared);
  const snapshots = createSnapshotter({ ...shared, store: stores.snapshots });
  const users = usersOf(stores.containers);
  const images = createImageService({ ...shared, content, snapshots, applier, users, store: stores.images });
  const volumeUsers: VolumeUsers = {
    ...users,
    pause: (id) => pauseIfRunning(containers, id),
    unpause: (id) => unpauseIfPaused(containers, id),
  };
  const volumes = createVolumeService({
    ...shared,
    packer,
    copier,
    applier,
    users: volumeUsers,
    store: stores.volumes,
  });
  const { addressPools } = opts;
  const networks = createNetworkService({ ...shared, instance, addressPools, users, store: stores.networks });
  const runtime = createRuntime({ ...shared, instance, shimPath: opts.shimPath, program: opts.runtime });
  const parts = { networks, volumes, images, snapshots, runtime };
  const files = { files: createTreeReader({ log }), packer, inserter: applier };
  const containers = createContainerService({
    ...shared,
    ...parts,
    ...files,
    store: stores.containers,
    readLog,
    readLogBytes,
  });

  const diskParts = new DiskPartsMeter({ ...shared, containers, snapshots });
  const hostUsage = hostUsageReader({ kernel, clock, dataRoot: paths.dataRoot });
  let started = false;
  let checks: HostCheck[] = [];
  let hostInfo: Promise<HostInfo> | undefined;
  /** Since the last look at the host. */
  let isHostInfoOld = false;
  let networkProblem: HostCheck | undefined;
  let lock: AsyncDisposable | undefined;
  let repairs: NodeJS.Timeout | undefined;
  let repairing: Promise<void> = Promise.resolve();

  /** A firewall that does not work keeps containers from being reached, not the server from starting. */
  async function ensureNetworks(): Promise<string[]> {
    try {
      const actions = await networks.ensure();
      networkProblem = undefined;
      return actions;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const message = `Networks cannot be set up: ${why}`;
      if (networkProblem === undefined) log.error({ err: error }, 'networks cannot be set up');
      const params = { why };
      networkProblem = { code: 'networks', ok: false, severity: 'error', message, params, fix: './davit doctor' };
      return [];
    }
  }

  /** What is installed or mended while we run counts at the next look. */
  async function doctor(): Promise<HostCheck[]> {
    hostInfo = undefined;
    return look();
  }

  async function look(): Promise<HostCheck[]> {
    checks = [
      ...(await checkHost({ kernel, runtime, dataRoot: paths.dataRoot, instance })),
      checkEvents(keeper.problem, paths.database),
    ];
    isHostInfoOld = true;
    return checks;
  }

  /** Kept from look to look: asking runc for its version starts a process, and every inspect wants these facts. */
  function readHostInfoOnce(): Promise<HostInfo> {
    if (hostInfo === undefined) {
      isHostInfoOld = false;
      hostInfo = renewHostInfo();
    } else if (isHostInfoOld) {
      isHostInfoOld = false;
      // Nobody waits for this one: who asks now is told what was found before.
      const before = hostInfo;
      const renewed = renewHostInfo();
      renewed.then(
        () => {
          if (hostInfo === before) hostInfo = renewed;
        },
        (error: unknown) => log.warn({ err: error }, 'what the host is could not be read again'),
      );
    }
    return hostInfo;
  }

  function renewHostInfo(): Promise<HostInfo> {
    return readHostInfo(runtime, paths.dataRoot).catch((error: unknown) => {
      hostInfo = undefined;
      throw error;
    });
  }

  /** Each step needs what the one before has settled; a failing one is told and does not keep the others. */
  async function reconcile(rebooted: boolean): Promise<string[]> {
    const steps: [string, () => Promise<string[]>][] = [
      ['containers', () => containers.reconcile({ rebooted })],
      ['networks', async () => [...(await ensureNetworks()), ...(await networks.reconcile(containers.aliveIds()))]],
      ['endpoints', () => containers.settleNetworks()],
      ['snapshots', () => snapshots.reconcile()],
      ['volumes', () => volumes.reconcile()],
      ['images', async () => collected(await content.purgeIngest(), await images.collect())],
    ];
    const actions: string[] = [];
    for (const [name, step] of steps) {
      try {
        actions.push(...(await step()));
      } catch (error) {
        log.error({ err: error, step: name }, 'reconcile step failed');
        actions.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return actions;
  }

  /** What an operation that failed left half-made is finished while the server runs, not at its next start. */
  async function repair(): Promise<void> {
    await ensureNetworks();
    const steps: [string, () => Promise<unknown>][] = [
      ['endpoints', async () => containers.settleNetworks(await networks.unlinked())],
      ['containers', () => containers.repair()],
      ['volumes', () => volumes.repair()],
      ['snapshots', () => snapshots.repair()],
      ['images', () => images.repair()],
    ];
    for (const [step, run] of steps) {
      await run().catch((error: unknown) =>
        log.error({ err: error, step }, 'could not be repaired; tried again later'),
      );
    }
    await look().catch((error: unknown) => log.error({ err: error }, 'the host could not be checked'));
  }

  return {
    containers,
    images,
    networks,
    volumes,
    events,
    async start() {
      if (started) throw new EngineError('conflict', 'The engine has been started already', { reason: 'started' });
      for (const folder of foldersOf(opts)) await mkdir(folder, { recursive: true, mode: 0o700 });
      await kernel.spreadFolders(paths.snapshots);
      lock = await lockDataRoot(kernel, paths.lock);
      const actions = await reconcile(await detectReboot(paths.dataRoot));
      containers.releaseRestarts();
      await doctor();
      repairs = setInterval(() => {
        repairing = repairing.then(repair);
      }, opts.repairMs ?? REPAIR_MS);
      repairs.unref();
      started = true;
      log.info({ actions }, 'engine started');
      return { actions };
    },
    isReady() {
      const problems = checks.filter(({ ok, severity }) => !ok && severity === 'error');
      if (networkProblem !== undefined) problems.push(networkProblem);
      return { ready: started && problems.length === 0, problems };
    },
    peerCredentials: (fd) => kernel.peerCredentials(fd),
    giveBackMemory: () => kernel.giveBackMemory(),
    hostInfo: readHostInfoOnce,
    hostUsage,
    diskParts: () => diskParts.read(),
    diskUsage: () => measureDiskUsage({ images, containers, volumes }),
    checks: () => checks,
    doctor,
    verify: (request = {}) =>
      verifyEngine({ ...shared, ...parts, containers: stores.containers, alive: containers.aliveIds() }, request),
    async [Symbol.asyncDispose]() {
      started = false;
      clearInterval(repairs);
      await using stack = new AsyncDisposableStack();
      stack.use(keeper);
      stack.use(kernel);
      stack.use(lock);
      stack.use(diskParts);
      stack.use(runtime);
      stack.use(applier);
      stack.use(packer);
      stack.use(copier);
      stack.defer(() => containers.close());
      await repairing;
    },
  };
}

function checkEvents(problem: Error | undefined, file: string): HostCheck {
  const base = { code: 'events', severity: 'warning', params: { file, why: problem?.message ?? '' } } as const;
  if (problem === undefined) return { ...base, ok: true, message: 'Events are kept', fix: undefined };
  const message = `Events cannot be written to ${file}: ${problem.message}`;
  return { ...base, ok: false, message, fix: `df -h ${file}` };
}

function foldersOf({ paths }: EngineOptions): string[] {
  const { dataRoot, runRoot, containers, volumes, snapshots, blobs, ingest, trash, runContainers, netns } = paths;
  return [dataRoot, runRoot, containers, volumes, snapshots, blobs, ingest, trash, runContainers, netns];
}

async function lockDataRoot(kernel: Kernel, path: string): Promise<AsyncDisposable> {
  try {
    return await kernel.flock(path);
  } catch (cause) {
    throw new EngineError(
      'unavailable',
      `Another Davit uses this data folder: ${path} is locked`,
      {
        reason: 'data_root_locked',
        path,
      },
      { cause },
    );
  }
}

function collected(ingests: number, result: { blobs: number; layers: number }): string[] {
  const { blobs, layers } = result;
  if (ingests + blobs + layers === 0) return [];
  return [`images: removed ${blobs} blobs, ${layers} layers and ${ingests} unfinished uploads that nothing names`];
}
