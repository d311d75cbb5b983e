import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { CopyProgress, LayerApplier, TreeCopier, TreePacker } from '../diff/index.ts';
import { EngineError } from '../errors/index.ts';
import { type Caller, type EventBus, originOf } from '../events/index.ts';
import type { Kernel } from '../kernel/index.ts';
import {
  type Clock,
  failpoint,
  KeyedLock,
  type Logger,
  type OpOptions,
  silentLogger,
  syncFolder,
  systemClock,
} from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { removeTree, syncFileSystem } from '../snapshots/index.ts';
import { type PopulateDeps, populateMounted, populateVolume } from './populate-volume.ts';
import { pruneVolumes } from './prune-volumes.ts';
import { reconcileVolumes, repairVolumes, verifyVolumes } from './reconcile-volumes.ts';
import { UsageMeter } from './usage-meter.ts';
import { aboutVolume, optionsNote, readAbout } from './volume-about.ts';
import { VolumeCopies } from './volume-copies.ts';
import { fitsFilter } from './volume-filter.ts';
import { VolumeMounts } from './volume-mounts.ts';
import { checkVolumeOptions, mountOf } from './volume-options.ts';
import type {
  BackupOptions,
  RestoreOptions,
  VolumeBackup,
  VolumeCall,
  VolumeCopy,
  VolumeFilter,
  VolumeRecord,
  VolumeService,
  VolumeStore,
  VolumeSummary,
  VolumeUsage,
  VolumeUsers,
} from './volume-service.ts';
import { busy, checkDriver, checkedName, inUse, nameTaken, noSuchVolume, otherOptions } from './volume-words.ts';

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
  readonly #clock: Clock;
  readonly #locks = new KeyedLock();
  readonly #mounts: VolumeMounts;
  readonly #meter: UsageMeter;
  readonly #copies: VolumeCopies;

  constructor(deps: VolumeServiceDeps) {
    this.#deps = deps;
    this.#log = deps.log ?? silentLogger;
    this.#clock = deps.clock ?? systemClock;
    this.#mounts = new VolumeMounts(deps.kernel);
    this.#meter = new UsageMeter(this.#clock);
    this.#copies = new VolumeCopies(deps);
  }

  async create(opts: Parameters<VolumeService['create']>[0]): Promise<VolumeSummary> {
    const name = opts.name ? checkedName(opts.name) : randomBytes(32).toString('hex');
    const anonymous = opts.anonymous ?? !opts.name;
    const options = { ...opts.options };
    checkDriver(name, opts.driver);
    checkVolumeOptions(name, options);
    if (this.#copies.isFilled(name)) throw busy('create', name, 'filled');
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
    this.#publish('create', name, opts.actor);
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

  async mountpoints(names?: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { store, paths } = this.#deps;
    const volumes = names === undefined ? await store.list() : await Promise.all(names.map((name) => store.get(name)));
    const ready = volumes.filter((volume) => volume?.state === 'ready');
    return new Map(ready.flatMap((volume) => (volume ? [[volume.name, paths.volumeData(volume.name)]] : [])));
  }

  async remove(name: string, opts: VolumeCall & { force?: boolean } = {}): Promise<void> {
    using _lock = await this.#locks.acquire(name, opts.signal);
    const volume = await this.#deps.store.get(name);
    if (volume === undefined || volume.state === 'creating') {
      if (opts.force === true && volume === undefined) return;
      throw noSuchVolume(name);
    }
    const containers = await this.#deps.users.containersOfVolume(name);
    if (containers.length > 0) throw inUse(name, containers);
    if (this.#copies.isRead(name)) throw busy('remove', name, 'backed up or cloned');
    await this.#erase(name);
    this.#publish('destroy', name, opts.actor);
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
    const { paths } = this.#deps;
    const filled = this.#isPlain(volume)
      ? await populateVolume(this.#deps, paths.volume(name), source)
      : await this.#whileMounted(volume, (folder) => populateMounted(this.#deps, folder, source));
    if (!filled) return;
    this.#meter.forget(name);
    this.#log.debug({ volume: name, path: source.path }, 'volume filled from its image');
  }

  backup(name: string, opts: BackupOptions): Promise<VolumeBackup> {
    const { sink, compression, signal, onProgress } = opts;
    return this.#reading(name, opts, async (root) => {
      const note = aboutVolume(await this.#ready(name));
      const packed = await this.#deps.packer.pack({
        root,
        sink,
        ...(note === undefined ? {} : { note }),
        compression,
        seal: true,
        signal,
        onProgress: ({ tarBytes, name: step }) => onProgress?.({ doneBytes: tarBytes, step }),
      });
      const { digest, sizeBytes, entries, notes } = packed;
      const missing = note === undefined ? ['its labels and options are too large for the archive'] : [];
      return { digest, sizeBytes, entries, notes: [...notes, ...missing] };
    });
  }

  restore(opts: RestoreOptions): ReturnType<VolumeService['restore']> {
    const { name, labels = {}, source, totalBytes, digest, unproven = false, signal, onProgress } = opts;
    return this.#filled({ name, labels }, opts, async (target) => {
      const { entries, notes, note } = await this.#deps.applier.unpackTree({
        source,
        target,
        requireSeal: digest === undefined && !unproven,
        digest,
        signal,
        onProgress: ({ readBytes, name: step }) => onProgress?.({ doneBytes: readBytes, totalBytes, step }),
      });
      const about = readAbout(note);
      if (about === undefined) return { entries, notes };
      const told = [...notes, ...optionsNote(about)];
      return { entries, notes: told, labels: { ...about.labels, ...labels } };
    });
  }

  clone(name: string, opts: Parameters<VolumeService['clone']>[1]): ReturnType<VolumeService['clone']> {
    const { name: newName, labels = {}, signal } = opts;
    const told = ({ copiedBytes, name: step }: CopyProgress) => opts.onProgress?.({ doneBytes: copiedBytes, step });
    return this.#reading(name, opts, (root) =>
      this.#filled({ name: newName, labels }, opts, (target) =>
        this.#deps.copier.copy({ from: root, to: target, signal, onProgress: told }),
      ),
    );
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
      locks: this.#locks,
      erase: (name) => this.#erase(name),
      isHeld: (name) => this.#mounts.isHeld(name),
      isBusy: (name) => this.#isBusy(name),
      isCopied: (name) => this.#isCopied(name),
    };
  }

  #isBusy(name: string): boolean {
    return this.#locks.isHeld(name) || this.#isCopied(name);
  }

  #isCopied(name: string): boolean {
    return this.#copies.isFilled(name) || this.#copies.isRead(name);
  }

  /** With the volume's content there, and kept there until the end. */
  async #reading<T>(
    name: string,
    opts: OpOptions & { consistent?: boolean | undefined },
    work: (folder: string) => Promise<T>,
  ): Promise<T> {
    const holder = `copy ${randomBytes(8).toString('hex')}`;
    using _read = this.#copies.read(name);
    const folder = await this.hold(name, holder);
    try {
      const run = () => work(folder);
      return opts.consistent === true ? await this.#copies.whilePaused(name, run, opts) : await run();
    } finally {
      await this.release(name, holder);
    }
  }

  /** A new volume that becomes visible when `fill` is done; on a failure nothing of it stays. */
  async #filled(
    { name, labels }: { name: string; labels: Record<string, string> },
    opts: OpOptions,
    fill: (folder: string) => Promise<VolumeCopy & { labels?: Record<string, string> }>,
  ): Promise<VolumeSummary & { copy: VolumeCopy }> {
    checkedName(name);
    if (this.#copies.isFilled(name)) throw busy('create', name, 'filled');
    using _filling = this.#copies.fill(name);
    const record = await this.#begin(name, labels, opts);
    try {
      const folder = this.#deps.paths.volumeData(name);
      await this.#makeFolders(name);
      const { labels: found = labels, ...copy } = await fill(folder);
      await failpoint('volume.filled');
      await syncFileSystem(folder);
      using _lock = await this.#locks.acquire(name);
      await this.#deps.store.update(name, { state: 'ready', labels: found });
      this.#publish('create', name);
      return { ...(await this.#summary({ ...record, state: 'ready', labels: found })), copy };
    } catch (cause) {
      using _lock = await this.#locks.acquire(name);
      await this.#erase(name);
      throw cause;
    }
  }

  async #begin(name: string, labels: Record<string, string>, opts: OpOptions): Promise<VolumeRecord> {
    using _lock = await this.#locks.acquire(name, opts.signal);
    const existing = await this.#deps.store.get(name);
    if (existing?.state === 'ready') throw nameTaken(name);
    if (existing !== undefined) await this.#erase(name);
    return await this.#insert({ name, anonymous: false, labels, options: {} });
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
    await failpoint('volume.row');
    await this.#makeFolders(name);
    await failpoint('volume.folders');
    await this.#deps.store.update(name, { state: 'ready' });
    await failpoint('volume.ready');
  }

  async #makeFolders(name: string): Promise<void> {
    const { paths } = this.#deps;
    await mkdir(paths.volumes, { recursive: true, mode: 0o701 });
    await mkdir(paths.volume(name), { recursive: true, mode: 0o701 });
    await mkdir(paths.volumeData(name), { recursive: true, mode: 0o755 });
    await syncFolder(paths.volume(name));
    await syncFolder(paths.volumes);
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
    await failpoint('volume.removing');
    // What is mounted there is somebody else's: it must be gone before anything is removed below.
    while (await kernel.unmount(paths.volumeData(name), { lazy: false }));
    if (await this.#mounts.isMounted(paths.volumeData(name))) {
      const details = { reason: 'volume_mounted', name };
      throw new EngineError('in_use', `remove ${name}: its folder is still mounted`, details);
    }
    await failpoint('volume.unmounted');
    await removeTree(paths.volume(name));
    await failpoint('volume.erased');
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

  #publish(action: string, name: string, caller?: Caller): void {
    this.#deps.events.publish({
      type: 'volume',
      action,
      id: name,
      name,
      attributes: { driver: 'local' },
      ...originOf(caller),
      at: this.#clock(),
    });
  }
}
