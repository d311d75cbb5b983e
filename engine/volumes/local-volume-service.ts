import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { EngineError } from '../errors/index.ts';
import type { EventBus } from '../events/index.ts';
import {
  type Clock,
  isThere,
  KeyedLock,
  type Logger,
  namesIn,
  type OpOptions,
  shortId,
  silentLogger,
  syncFolder,
  systemClock,
} from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { diskUsage, removeTree } from '../snapshots/index.ts';
import { type PopulateKernel, populateVolume, recoverPopulating } from './populate-volume.ts';
import type { VolumeRecord, VolumeService, VolumeStore, VolumeSummary, VolumeUsers } from './volume-service.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const MAX_NAME_LENGTH = 255;

interface VolumeServiceDeps {
  paths: Pick<EnginePaths, 'volumes' | 'volume' | 'volumeData'>;
  store: VolumeStore;
  users: VolumeUsers;
  kernel: PopulateKernel;
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

  constructor(deps: VolumeServiceDeps) {
    this.#deps = deps;
    this.#log = deps.log ?? silentLogger;
    this.#clock = deps.clock ?? systemClock;
  }

  async create(opts: Parameters<VolumeService['create']>[0]): Promise<VolumeSummary> {
    const name = opts.name ? checkedName(opts.name) : randomBytes(32).toString('hex');
    const anonymous = opts.anonymous ?? !opts.name;
    checkOptions(name, opts.options ?? {});
    using _lock = await this.#locks.acquire(name, opts.signal);
    const existing = await this.#deps.store.get(name);
    if (existing?.state === 'ready') return await this.#summary(existing);
    // Left by a failure: what it had begun is done again from the start.
    if (existing !== undefined) await this.#erase(name);
    const record: VolumeRecord = {
      name,
      driver: 'local',
      state: 'creating',
      anonymous,
      labels: { ...(anonymous && { 'com.docker.volume.anonymous': '' }), ...opts.labels },
      options: { ...opts.options },
      createdAt: this.#clock(),
    };
    await this.#deps.store.insert(record);
    try {
      await mkdir(this.#deps.paths.volumes, { recursive: true, mode: 0o701 });
      await mkdir(this.#deps.paths.volume(name), { recursive: true, mode: 0o701 });
      await mkdir(this.#deps.paths.volumeData(name), { recursive: true, mode: 0o755 });
      await syncFolder(this.#deps.paths.volume(name));
      await syncFolder(this.#deps.paths.volumes);
      await this.#deps.store.update(name, { state: 'ready' });
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

  async list(): Promise<VolumeSummary[]> {
    const ready = (await this.#deps.store.list()).filter((volume) => volume.state === 'ready');
    ready.sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(ready.map((volume) => this.#summary(volume)));
  }

  async remove(name: string, opts: OpOptions = {}): Promise<void> {
    using _lock = await this.#locks.acquire(name, opts.signal);
    const volume = await this.#deps.store.get(name);
    if (volume === undefined || volume.state === 'creating') throw noSuchVolume(name);
    const containers = await this.#deps.users.containersOfVolume(name);
    if (containers.length > 0) {
      const ids = containers.map((container) => container.id).join(', ');
      throw new EngineError('in_use', `remove ${name}: volume is in use - [${ids}]`, {
        reason: 'volume_in_use',
        name,
        containers: containers.map((container) => ({
          id: container.id,
          name: container.name || shortId(container.id),
        })),
      });
    }
    await this.#erase(name);
    this.#publish('destroy', name);
  }

  async usage(name: string): Promise<{ sizeBytes: number; inodes: number }> {
    await this.#ready(name);
    return diskUsage(this.#deps.paths.volumeData(name));
  }

  async populate(name: string, source: { rootfs: string; path: string }): Promise<void> {
    using _lock = await this.#locks.acquire(name);
    await this.#ready(name);
    const filled = await populateVolume(this.#deps.kernel, this.#deps.paths.volume(name), source);
    if (filled) this.#log.debug({ volume: name, path: source.path }, 'volume filled from its image');
  }

  async reconcile(): Promise<string[]> {
    const done: string[] = [];
    // Folders first: one that is made meanwhile has a row by the time the rows are read.
    const folders = await namesIn(this.#deps.paths.volumes);
    for (const { name } of await this.#deps.store.list()) {
      if (this.#locks.isHeld(name)) continue;
      using _lock = await this.#locks.acquire(name);
      const volume = await this.#deps.store.get(name);
      if (volume === undefined) continue;
      if (volume.state !== 'ready') {
        await this.#erase(name);
        done.push(`${volume.state === 'creating' ? 'rolled back' : 'finished removing'} volume ${name}`);
      } else if (!(await isThere(this.#deps.paths.volumeData(name)))) {
        done.push(`volume ${name} has lost its folder`);
      } else {
        const recovered = await recoverPopulating(this.#deps.paths.volume(name));
        if (recovered !== undefined) done.push(`volume ${name}: ${recovered}`);
      }
    }
    const known = new Set((await this.#deps.store.list()).map((volume) => volume.name));
    // Data without a row is somebody's data all the same: it is named here, and a person decides.
    for (const name of folders) {
      if (known.has(name) || !(await isThere(this.#deps.paths.volume(name)))) continue;
      done.push(`folder ${name} belongs to no volume`);
    }
    if (done.length > 0) this.#log.info({ done }, 'volumes reconciled');
    return done;
  }

  async #ready(name: string): Promise<VolumeRecord> {
    const volume = await this.#deps.store.get(name);
    if (volume?.state === 'ready') return volume;
    throw noSuchVolume(name);
  }

  async #erase(name: string): Promise<void> {
    await this.#deps.store.update(name, { state: 'removing' });
    await removeTree(this.#deps.paths.volume(name));
    await this.#deps.store.delete(name);
  }

  async #summary(volume: VolumeRecord): Promise<VolumeSummary> {
    return {
      ...volume,
      mountpoint: this.#deps.paths.volumeData(volume.name),
      usedBy: await this.#deps.users.containersOfVolume(volume.name),
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

function checkedName(name: string): string {
  if (NAME.test(name) && name.length <= MAX_NAME_LENGTH) return name;
  const words =
    name.length === 1
      ? 'volume name is too short, names should be at least two alphanumeric characters'
      : `"${name.slice(0, 300)}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`;
  throw new EngineError('invalid_argument', `create ${name.slice(0, 300)}: ${words}`, {
    reason: 'volume_name_invalid',
    name,
  });
}

/** `type`, `o` and `device` would mount anything of the host under a volume's name, past the rules for bind mounts. */
function checkOptions(name: string, options: Record<string, string>): void {
  const [option] = Object.keys(options);
  if (option === undefined) return;
  const isMount = ['type', 'o', 'device', 'size'].includes(option);
  throw new EngineError(
    isMount ? 'unsupported' : 'invalid_argument',
    isMount
      ? `create ${name}: mount options of local volumes are not supported`
      : `create ${name}: invalid option: "${option}"`,
    { reason: isMount ? 'volume_options_unsupported' : 'volume_option_invalid', name, option },
  );
}

function noSuchVolume(name: string): EngineError {
  return new EngineError('not_found', `get ${name}: no such volume`, { reason: 'volume_not_found', name });
}
