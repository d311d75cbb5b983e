import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LayerApplier, TreeCopier, TreePacker } from '../diff/index.ts';
import type { EventBus } from '../events/index.ts';
import type { Kernel } from '../kernel/index.ts';
import { type Clock, failpoint, type Logger, silentLogger, systemClock } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { type PopulateDeps, populateMounted, populateVolume } from './populate-volume.ts';
import { pruneVolumes } from './prune-volumes.ts';
import { reconcileVolumes, repairVolumes, verifyVolumes } from './reconcile-volumes.ts';
import { UsageMeter } from './usage-meter.ts';
import { VolumeCopier } from './volume-copier.ts';
import { VolumeCopies } from './volume-copies.ts';
import { fitsFilter } from './volume-filter.ts';
import { VolumeMounts } from './volume-mounts.ts';
import { checkVolumeOptions, mountOf } from './volume-options.ts';
import { VolumeRecords } from './volume-records.ts';
import type {
  BackupOptions,
  RestoreOptions,
  VolumeBackup,
  VolumeCall,
  VolumeFilter,
  VolumeRecord,
  VolumeService,
  VolumeStore,
  VolumeSummary,
  VolumeUsage,
  VolumeUse,
  VolumeUsers,
} from './volume-service.ts';
import { busy, checkDriver, checkedName, inUse, noSuchVolume, otherOptions } from './volume-words.ts';

interface VolumeServiceDeps {
  paths: Pick<EnginePaths, 'volumes' | 'volume' | 'volumeData'>;
  store: VolumeStore;
  users: VolumeUsers;
  packer: Pick<TreePacker, 'pack'>;
  applier: Pick<LayerApplier, 'unpackTree'>;
  copier: Pick<TreeCopier, 'copy'>;
  kernel: PopulateDeps['kernel'] & Pick<Kernel, 'mountDevice' | 'unmount' | 'listMounts'>;
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
  readonly #records: VolumeRecords;
  readonly #mounts: VolumeMounts;
  readonly #meter: UsageMeter;
  readonly #copies: VolumeCopies;
  readonly #copier: VolumeCopier;

  constructor(deps: VolumeServiceDeps) {
    this.#deps = deps;
    this.#log = deps.log ?? silentLogger;
    const clock = deps.clock ?? systemClock;
    this.#mounts = new VolumeMounts(deps.kernel);
    this.#meter = new UsageMeter(clock);
    this.#records = new VolumeRecords({ ...deps, meter: this.#meter, clock });
    this.#copies = new VolumeCopies(deps);
    this.#copier = new VolumeCopier({ ...deps, records: this.#records, copies: this.#copies, content: this });
  }

  async create(opts: Parameters<VolumeService['create']>[0]): Promise<VolumeSummary> {
    const name = opts.name ? checkedName(opts.name) : randomBytes(32).toString('hex');
    const anonymous = opts.anonymous ?? !opts.name;
    const options = { ...opts.options };
    checkDriver(name, opts.driver);
    checkVolumeOptions(name, options);
    if (this.#copies.isFilled(name)) throw busy('create', name, 'filled');
    using _lock = await this.#records.locks.acquire(name, opts.signal);
    const existing = await this.#records.find(name);
    if (existing?.state === 'ready') {
      if (Object.keys(options).length > 0 && !isDeepStrictEqual(options, existing.options)) throw otherOptions(name);
      return await this.#records.summary(existing);
    }
    // Left by a failure: what it had begun is done again from the start.
    if (existing !== undefined) await this.#records.eraseLocked(name);
    const labels = { ...(anonymous && { 'com.docker.volume.anonymous': '' }), ...opts.labels };
    const record = await this.#records.insertLocked({ name, anonymous, labels, options });
    try {
      await failpoint('volume.row');
      await this.#records.makeFolders(name);
      await failpoint('volume.folders');
      await this.#records.finishLocked(name);
      await failpoint('volume.ready');
    } catch (cause) {
      await this.#records.eraseLocked(name);
      throw cause;
    }
    this.#records.publish('create', name, opts.actor);
    return await this.#records.summary({ ...record, state: 'ready' });
  }

  async get(name: string): Promise<VolumeSummary> {
    return this.#records.summary(await this.#records.ready(name));
  }

  async list(filter: VolumeFilter = {}): Promise<VolumeSummary[]> {
    const ready = (await this.#deps.store.list()).filter((volume) => volume.state === 'ready');
    ready.sort((a, b) => (a.name < b.name ? -1 : 1));
    const volumes = await Promise.all(ready.map((volume) => this.#records.summary(volume)));
    return volumes.filter((volume) => fitsFilter(volume, filter));
  }

  async mountpoints(names?: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { store, paths } = this.#deps;
    const volumes = names === undefined ? await store.list() : await Promise.all(names.map((name) => store.get(name)));
    const ready = volumes.filter((volume) => volume?.state === 'ready');
    return new Map(ready.flatMap((volume) => (volume ? [[volume.name, paths.volumeData(volume.name)]] : [])));
  }

  async remove(name: string, opts: VolumeCall & { force?: boolean } = {}): Promise<void> {
    using _lock = await this.#records.locks.acquire(name, opts.signal);
    const volume = await this.#records.find(name);
    if (volume === undefined || volume.state === 'creating') {
      if (opts.force === true && volume === undefined) return;
      throw noSuchVolume(name);
    }
    const containers = await this.#deps.users.containersOfVolume(name);
    if (containers.length > 0) throw inUse(name, containers);
    if (this.#copies.isRead(name)) throw busy('remove', name, 'backed up or cloned');
    await this.#records.eraseLocked(name);
    this.#records.publish('destroy', name, opts.actor);
  }

  prune(opts: Parameters<VolumeService['prune']>[0] = {}): ReturnType<VolumeService['prune']> {
    return pruneVolumes(this, opts);
  }

  async usage(name: string, opts: { maxAgeMs?: number | undefined } = {}): Promise<VolumeUsage> {
    await this.#records.ready(name);
    return this.#meter.measure(name, this.#records.dataFolder(name), opts);
  }

  async populate(name: string, source: { rootfs: string; path: string }): Promise<void> {
    using _lock = await this.#records.locks.acquire(name);
    const volume = await this.#records.ready(name);
    const { paths } = this.#deps;
    const filled = this.#isPlain(volume)
      ? await populateVolume(this.#deps, paths.volume(name), source)
      : await this.#whileMounted(volume, (folder) => populateMounted(this.#deps, folder, source));
    if (!filled) return;
    this.#meter.forget(name);
    this.#log.debug({ volume: name, path: source.path }, 'volume filled from its image');
  }

  backup(name: string, opts: BackupOptions): Promise<VolumeBackup> {
    return this.#copier.backup(name, opts);
  }

  restore(opts: RestoreOptions): ReturnType<VolumeService['restore']> {
    return this.#copier.restore(opts);
  }

  clone(name: string, opts: Parameters<VolumeService['clone']>[1]): ReturnType<VolumeService['clone']> {
    return this.#copier.clone(name, opts);
  }

  async hold(name: string, holder: string): Promise<string> {
    using _lock = await this.#records.locks.acquire(name);
    const volume = await this.#records.ready(name);
    const folder = this.#records.dataFolder(name);
    await this.#mounts.hold(volume, folder, holder);
    return folder;
  }

  async noteUse(name: string, use: VolumeUse): Promise<void> {
    using _lock = await this.#records.locks.acquire(name);
    const volume = await this.#records.find(name);
    if (volume?.state !== 'ready' || (volume.lastUse !== undefined && volume.lastUse.at > use.at)) return;
    await this.#deps.store.update(name, { lastUse: use });
  }

  async release(name: string, holder: string): Promise<void> {
    using _lock = await this.#records.locks.acquire(name);
    const volume = await this.#records.find(name);
    if (volume === undefined) return;
    const others = (await this.#deps.users.containersOfVolume(name)).filter(({ id }) => id !== holder);
    const used = others.some(({ running }) => running);
    await this.#mounts.release(volume, this.#records.dataFolder(name), { holder, used });
  }

  verify(): Promise<string[]> {
    return verifyVolumes({ ...this.#deps, isBusy: (name) => this.#isBusy(name) });
  }

  async reconcile(): Promise<string[]> {
    const done = await reconcileVolumes(this.#reconcileDeps());
    if (done.length > 0) this.#log.info({ done }, 'volumes reconciled');
    return done;
  }

  async repair(): Promise<string[]> {
    const done = await repairVolumes(this.#reconcileDeps());
    if (done.length > 0) this.#log.info({ done }, 'volumes repaired');
    return done;
  }

  #reconcileDeps(): Parameters<typeof reconcileVolumes>[0] {
    return {
      ...this.#deps,
      locks: this.#records.locks,
      erase: (name) => this.#records.eraseLocked(name),
      isHeld: (name) => this.#mounts.isHeld(name),
      isBusy: (name) => this.#isBusy(name),
      isCopied: (name) => this.#isCopied(name),
    };
  }

  #isBusy(name: string): boolean {
    return this.#records.locks.isHeld(name) || this.#isCopied(name);
  }

  #isCopied(name: string): boolean {
    return this.#copies.isFilled(name) || this.#copies.isRead(name);
  }

  #isPlain({ name, options }: VolumeRecord): boolean {
    return mountOf(options, this.#records.dataFolder(name)) === undefined;
  }

  /** The caller holds the lock. */
  async #whileMounted<T>(volume: VolumeRecord, work: (folder: string) => Promise<T>): Promise<T> {
    const folder = this.#records.dataFolder(volume.name);
    const holder = randomBytes(8).toString('hex');
    await this.#mounts.hold(volume, folder, holder);
    try {
      return await work(folder);
    } finally {
      const users = await this.#deps.users.containersOfVolume(volume.name);
      await this.#mounts.release(volume, folder, { holder, used: users.some(({ running }) => running) });
    }
  }
}
