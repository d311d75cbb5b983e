import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { EngineError } from '../errors/index.ts';
import type { EventBus } from '../events/index.ts';
import type { Kernel } from '../kernel/index.ts';
import {
  type Clock,
  KeyedLock,
  type Logger,
  type OpOptions,
  silentLogger,
  syncFolder,
  systemClock,
} from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { removeTree } from '../snapshots/index.ts';
import { type PopulateKernel, populateMounted, populateVolume } from './populate-volume.ts';
import { pruneVolumes } from './prune-volumes.ts';
import { reconcileVolumes, verifyVolumes } from './reconcile-volumes.ts';
import { UsageMeter } from './usage-meter.ts';
import { fitsFilter } from './volume-filter.ts';
import { VolumeMounts } from './volume-mounts.ts';
import { checkVolumeOptions, mountOf } from './volume-options.ts';
import type {
  VolumeFilter,
  VolumeRecord,
  VolumeService,
  VolumeStore,
  VolumeSummary,
  VolumeUsage,
  VolumeUsers,
} from './volume-service.ts';
import { checkDriver, checkedName, inUse, noSuchVolume, otherOptions } from './volume-words.ts';

interface VolumeServiceDeps {
  paths: Pick<EnginePaths, 'volumes' | 'volume' | 'volumeData'>;
  store: VolumeStore;
  users: VolumeUsers;
  kernel: PopulateKernel & Pick<Kernel, 'mountDevice' | 'unmount' | 'listMounts'>;
  events: EventBus;
  log?: Logger;
  clock?: Clock;
}

export function createVolumeService(deps: VolumeServiceDeps): VolumeService {
  return new LocalVolumeService(deps);
}

class LocalVolumeService implements VolumeService {
  readonly #deps: VolumeServiceDeps;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #locks = new KeyedLock();
  readonly #mounts: VolumeMounts;
  readonly #meter: UsageMeter;

  constructor(deps: VolumeServiceDeps) {
    this.#deps = deps;
    this.#log = deps.log ?? silentLogger;
    this.#clock = deps.clock ?? systemClock;
    this.#mounts = new VolumeMounts(deps.kernel);
    this.#meter = new UsageMeter(this.#clock);
  }

  async create(opts: Parameters<VolumeService['create']>[0]): Promise<VolumeSummary> {
    const name = opts.name ? checkedName(opts.name) : randomBytes(32).toString('hex');
    const anonymous = opts.anonymous ?? !opts.name;
    const options = { ...opts.options };
    checkDriver(name, opts.driver);
    checkVolumeOptions(name, options);
    using _lock = await this.#locks.acquire(name, opts.signal);
    const existing = await this.#deps.store.get(name);
    if (existing?.state === 'ready') {
      if (Object.keys(options).length > 0 && !isDeepStrictEqual(options, existing.options)) throw otherOptions(name);
      return await this.#summary(existing);
    }
    // Left by a failure: what it had begun is done again from the start.
    if (existing !== undefined) await this.#erase(name);
    const labels = { ...(anonymous && { 'com.docker.volume.anonymous': '' }), ...opts.labels };
    const record = await this.#insert({ name, anonymous, labels, options });
    try {
      await this.#finish(name);
    } catch (cause) {
      await this.#erase(name);
      throw cause;
    }
    this.#publish('create', name);
    return await this.#summary({ ...record, state: 'ready' });
  }

  async get(name: string): Promise<VolumeSummary> {
    return this.#summary(await this.#ready(name));
  }

  async list(filter: VolumeFilter = {}): Promise<VolumeSummary[]> {
    const ready = (await this.#deps.store.list()).filter((volume) => volume.state === 'ready');
    ready.sort((a, b) => (a.name < b.name ? -1 : 1));
    const volumes = await Promise.all(ready.map((volume) => this.#summary(volume)));
    return volumes.filter((volume) => fitsFilter(volume, filter));
  }

  async remove(name: string, opts: OpOptions & { force?: boolean } = {}): Promise<void> {
    using _lock = await this.#locks.acquire(name, opts.signal);
    const volume = await this.#deps.store.get(name);
    if (volume === undefined || volume.state === 'creating') {
      if (opts.force === true && volume === undefined) return;
      throw noSuchVolume(name);
    }
    const containers = await this.#deps.users.containersOfVolume(name);
    if (containers.length > 0) throw inUse(name, containers);
    await this.#erase(name);
    this.#publish('destroy', name);
  }

  prune(opts: Parameters<VolumeService['prune']>[0] = {}): ReturnType<VolumeService['prune']> {
    return pruneVolumes(this, opts);
  }

  async usage(name: string, opts: { maxAgeMs?: number | undefined } = {}): Promise<VolumeUsage> {
    await this.#ready(name);
    return this.#meter.measure(name, this.#deps.paths.volumeData(name), opts);
  }

  async populate(name: string, source: { rootfs: string; path: string }): Promise<void> {
    using _lock = await this.#locks.acquire(name);
    const volume = await this.#ready(name);
    const { kernel, paths } = this.#deps;
    const filled = this.#isPlain(volume)
      ? await populateVolume(kernel, paths.volume(name), source)
      : await this.#whileMounted(volume, (folder) => populateMounted(kernel, folder, source));
    if (!filled) return;
    this.#meter.forget(name);
    this.#log.debug({ volume: name, path: source.path }, 'volume filled from its image');
  }

  async hold(name: string, holder: string): Promise<string> {
    using _lock = await this.#locks.acquire(name);
    const volume = await this.#ready(name);
    const folder = this.#deps.paths.volumeData(name);
    await this.#mounts.hold(volume, folder, holder);
    return folder;
  }

  async release(name: string, holder: string): Promise<void> {
    using _lock = await this.#locks.acquire(name);
    const volume = await this.#deps.store.get(name);
    if (volume === undefined) return;
    const others = (await this.#deps.users.containersOfVolume(name)).filter(({ id }) => id !== holder);
    const used = others.some(({ running }) => running);
    await this.#mounts.release(volume, this.#deps.paths.volumeData(name), { holder, used });
  }

  verify(): Promise<string[]> {
    return verifyVolumes({ ...this.#deps, isBusy: (name) => this.#locks.isHeld(name) });
  }

  async reconcile(): Promise<string[]> {
    const done = await reconcileVolumes({
      ...this.#deps,
      locks: this.#locks,
      erase: (name) => this.#erase(name),
      isHeld: (name) => this.#mounts.isHeld(name),
    });
    if (done.length > 0) this.#log.info({ done }, 'volumes reconciled');
    return done;
  }

  async #insert(about: Pick<VolumeRecord, 'name' | 'anonymous' | 'labels' | 'options'>): Promise<VolumeRecord> {
    const record: VolumeRecord = {
      ...about,
      driver: 'local',
      state: 'creating',
      pausedContainers: [],
      createdAt: this.#clock(),
    };
    await this.#deps.store.insert(record);
    return record;
  }

  async #finish(name: string): Promise<void> {
    const { paths, store } = this.#deps;
    await mkdir(paths.volumes, { recursive: true, mode: 0o701 });
    await mkdir(paths.volume(name), { recursive: true, mode: 0o701 });
    await mkdir(paths.volumeData(name), { recursive: true, mode: 0o755 });
    await syncFolder(paths.volume(name));
    await syncFolder(paths.volumes);
    await store.update(name, { state: 'ready' });
  }

  async #ready(name: string): Promise<VolumeRecord> {
    const volume = await this.#deps.store.get(name);
    if (volume?.state === 'ready') return volume;
    throw noSuchVolume(name);
  }

  #isPlain({ name, options }: VolumeRecord): boolean {
    return mountOf(options, this.#deps.paths.volumeData(name)) === undefined;
  }

  /** The caller holds the lock. */
  async #whileMounted<T>(volume: VolumeRecord, work: (folder: string) => Promise<T>): Promise<T> {
    const folder = this.#deps.paths.volumeData(volume.name);
    const holder = randomBytes(8).toString('hex');
    await this.#mounts.hold(volume, folder, holder);
    try {
      return await work(folder);
    } finally {
      const users = await this.#deps.users.containersOfVolume(volume.name);
      await this.#mounts.release(volume, folder, { holder, used: users.some(({ running }) => running) });
    }
  }

  async #erase(name: string): Promise<void> {
    const { store, paths, kernel } = this.#deps;
    await store.update(name, { state: 'removing' });
    // What is mounted there is somebody else's: it must be gone before anything is removed below.
    while (await kernel.unmount(paths.volumeData(name), { lazy: false }));
    if (await this.#mounts.isMounted(paths.volumeData(name))) {
      const details = { reason: 'volume_mounted', name };
      throw new EngineError('in_use', `remove ${name}: its folder is still mounted`, details);
    }
    await removeTree(paths.volume(name));
    await store.delete(name);
    this.#meter.forget(name);
  }

  async #summary(volume: VolumeRecord): Promise<VolumeSummary> {
    return {
      ...volume,
      scope: 'local',
      mountpoint: this.#deps.paths.volumeData(volume.name),
      usedBy: await this.#deps.users.containersOfVolume(volume.name),
      usage: this.#meter.known(volume.name),
    };
  }

  #publish(action: string, name: string): void {
    this.#deps.events.publish({
      type: 'volume',
      action,
      id: name,
      name,
      attributes: { driver: 'local' },
      at: this.#clock(),
    });
  }
}
