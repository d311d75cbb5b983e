import { mkdir } from 'node:fs/promises';
import { EngineError } from '../errors/index.ts';
import { type Caller, type EventBus, originOf } from '../events/index.ts';
import type { Kernel } from '../kernel/index.ts';
import { type Clock, failpoint, KeyedLock, syncFolder } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { removeTree } from '../snapshots/index.ts';
import type { UsageMeter } from './usage-meter.ts';
import type { VolumeRecord, VolumeStore, VolumeSummary, VolumeUsers } from './volume-service.ts';
import { noSuchVolume } from './volume-words.ts';

interface VolumeRecordsDeps {
  paths: Pick<EnginePaths, 'volumes' | 'volume' | 'volumeData'>;
  store: VolumeStore;
  users: Pick<VolumeUsers, 'containersOfVolume'>;
  kernel: Pick<Kernel, 'unmount' | 'listMounts'>;
  meter: UsageMeter;
  events: EventBus;
  clock: Clock;
}

/**
 * Rows and folders of volumes, from the intent to the end: inserted as `creating`, `ready` when their folders are there,
 * `removing` until those are gone. All but reading wants the lock of the volume.
 */
export class VolumeRecords {
  readonly locks = new KeyedLock();
  readonly #deps: VolumeRecordsDeps;

  constructor(deps: VolumeRecordsDeps) {
    this.#deps = deps;
  }

  /** The row as it is, whatever its state. */
  find(name: string): Promise<VolumeRecord | undefined> {
    return this.#deps.store.get(name);
  }

  /** @throws EngineError `not_found`, also while it is made or removed */
  async ready(name: string): Promise<VolumeRecord> {
    const volume = await this.#deps.store.get(name);
    if (volume?.state === 'ready') return volume;
    throw noSuchVolume(name);
  }

  dataFolder(name: string): string {
    return this.#deps.paths.volumeData(name);
  }

  /** The intent: what stands behind it is made next. */
  async insertLocked(about: Pick<VolumeRecord, 'name' | 'anonymous' | 'labels' | 'options'>): Promise<VolumeRecord> {
    const record: VolumeRecord = {
      ...about,
      driver: 'local',
      state: 'creating',
      pausedContainers: [],
      lastUse: undefined,
      createdAt: this.#deps.clock(),
    };
    await this.#deps.store.insert(record);
    return record;
  }

  async makeFolders(name: string): Promise<void> {
    const { paths } = this.#deps;
    await mkdir(paths.volumes, { recursive: true, mode: 0o701 });
    await mkdir(paths.volume(name), { recursive: true, mode: 0o701 });
    await mkdir(paths.volumeData(name), { recursive: true, mode: 0o755 });
    await syncFolder(paths.volume(name));
    await syncFolder(paths.volumes);
  }

  async finishLocked(name: string, change: Partial<Pick<VolumeRecord, 'labels'>> = {}): Promise<void> {
    await this.#deps.store.update(name, { ...change, state: 'ready' });
  }

  async eraseLocked(name: string): Promise<void> {
    const { store, paths, kernel, meter } = this.#deps;
    const folder = paths.volumeData(name);
    await store.update(name, { state: 'removing' });
    await failpoint('volume.removing');
    // What is mounted there is somebody else's: it must be gone before anything is removed below.
    while (await kernel.unmount(folder, { lazy: false }));
    if ((await kernel.listMounts()).some(({ target }) => target === folder)) {
      const details = { reason: 'volume_mounted', name };
      throw new EngineError('in_use', `remove ${name}: its folder is still mounted`, details);
    }
    await failpoint('volume.unmounted');
    await removeTree(paths.volume(name));
    await failpoint('volume.erased');
    await store.delete(name);
    meter.forget(name);
  }

  async summary(volume: VolumeRecord): Promise<VolumeSummary> {
    return {
      ...volume,
      scope: 'local',
      mountpoint: this.dataFolder(volume.name),
      usedBy: await this.#deps.users.containersOfVolume(volume.name),
      usage: this.#deps.meter.known(volume.name),
    };
  }

  publish(action: 'create' | 'destroy', name: string, caller?: Caller): void {
    this.#deps.events.publish({
      type: 'volume',
      action,
      id: name,
      name,
      attributes: { driver: 'local' },
      ...originOf(caller),
      at: this.#deps.clock(),
    });
  }
}
