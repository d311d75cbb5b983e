import type { Kernel } from '../kernel/index.ts';
import { isThere, type KeyedLock, namesIn } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import { recoverPopulating } from './populate-volume.ts';
import type { VolumeRecord, VolumeStore, VolumeUsers } from './volume-service.ts';

interface VerifyDeps {
  paths: Pick<EnginePaths, 'volumes' | 'volume' | 'volumeData'>;
  store: VolumeStore;
  users: Pick<VolumeUsers, 'containersOfVolume'>;
  kernel: Pick<Kernel, 'listMounts' | 'unmount' | 'listxattr' | 'getxattr' | 'setxattr'>;
  /** Something is being done to it right now. */
  isBusy(name: string): boolean;
}

interface ReconcileDeps extends Omit<VerifyDeps, 'users'> {
  users: Pick<VolumeUsers, 'containersOfVolume' | 'unpause'>;
  /** Read or filled by a copy, which holds no lock. */
  isCopied(name: string): boolean;
  locks: KeyedLock;
  erase(name: string): Promise<void>;
  isHeld(name: string): boolean;
}

/** Finishes or takes back what a crash cut off; one line for each. */
export async function reconcileVolumes(deps: ReconcileDeps): Promise<string[]> {
  const done: string[] = [];
  // Folders first: one that is made meanwhile has a row by the time the rows are read.
  const folders = await namesIn(deps.paths.volumes);
  for (const { name } of await deps.store.list()) done.push(...(await reconcileNamed(deps, name)));
  return [...done, ...(await strangers(deps, folders))];
}

/** Only what lies between two states, which a failure left. */
export async function repairVolumes(deps: ReconcileDeps): Promise<string[]> {
  const done: string[] = [];
  for (const { name, state, pausedContainers } of await deps.store.list()) {
    if (state !== 'ready' || pausedContainers.length > 0) done.push(...(await reconcileNamed(deps, name)));
  }
  return done;
}

async function reconcileNamed(deps: ReconcileDeps, name: string): Promise<string[]> {
  if (deps.isBusy(name)) return [];
  using _lock = await deps.locks.acquire(name);
  const volume = await deps.store.get(name);
  return volume === undefined || deps.isCopied(name) ? [] : await reconcileOne(deps, volume);
}

async function reconcileOne(deps: ReconcileDeps, volume: VolumeRecord): Promise<string[]> {
  const { name } = volume;
  const done: string[] = [];
  if (volume.pausedContainers.length > 0) {
    for (const id of volume.pausedContainers) await deps.users.unpause(id);
    await deps.store.update(name, { pausedContainers: [] });
    done.push(`volume ${name}: let containers go on that a copy had paused`);
  }
  if (volume.state !== 'ready') {
    await deps.erase(name);
    return [...done, `${volume.state === 'creating' ? 'rolled back' : 'finished removing'} volume ${name}`];
  }
  const data = deps.paths.volumeData(name);
  if (!(await isThere(data))) return [...done, `volume ${name} has lost its folder`];
  if (!(await isUsed(deps, name)) && (await deps.kernel.unmount(data))) {
    done.push(`volume ${name}: unmounted what no container uses any more`);
  }
  const recovered = await recoverPopulating(deps.kernel, deps.paths.volume(name));
  return recovered === undefined ? done : [...done, `volume ${name}: ${recovered}`];
}

async function isUsed(deps: ReconcileDeps, name: string): Promise<boolean> {
  if (deps.isHeld(name)) return true;
  return (await deps.users.containersOfVolume(name)).some(({ running }) => running);
}

/** Data without a row is somebody's data all the same: it is named, and a person decides. */
async function strangers(deps: Pick<ReconcileDeps, 'paths' | 'store'>, folders: readonly string[]): Promise<string[]> {
  const known = new Set((await deps.store.list()).map((volume) => volume.name));
  const found: string[] = [];
  for (const name of folders) {
    if (known.has(name) || !(await isThere(deps.paths.volume(name)))) continue;
    found.push(`folder ${name} belongs to no volume`);
  }
  return found;
}

const RESTART = 'restart the server, which settles it when it starts';

/** What reconcile would have to do, in words; changes nothing. */
export async function verifyVolumes(deps: VerifyDeps): Promise<string[]> {
  const findings: string[] = [];
  const mounted = new Set((await deps.kernel.listMounts()).map(({ target }) => target));
  for (const { name, state, pausedContainers, options } of await deps.store.list()) {
    if (deps.isBusy(name)) continue;
    const data = deps.paths.volumeData(name);
    if (state !== 'ready') findings.push(`volume ${name}: left ${state}; ${RESTART}`);
    else if (!(await isThere(data)))
      findings.push(`volume ${name}: ${data} is missing; restore it or remove the volume`);
    if (pausedContainers.length > 0) findings.push(`volume ${name}: its containers are paused for a copy; ${RESTART}`);
    const runs = (await deps.users.containersOfVolume(name)).some(({ running }) => running);
    if (!runs && mounted.has(data)) findings.push(`volume ${name}: mounted, but no container uses it; ${RESTART}`);
    if (runs && options['device'] !== undefined && !mounted.has(data)) {
      findings.push(`volume ${name}: its device is not mounted; restart the containers that use it`);
    }
  }
  return findings;
}
