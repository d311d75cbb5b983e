import { mkdir, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLayerApplier, createTreeCopier, createTreePacker } from '../diff/index.ts';
import { EventBus } from '../events/index.ts';
import { createKernel } from '../kernel/index.ts';
import { type ContainerId, silentLogger } from '../lib/index.ts';
import { enginePaths } from '../paths.ts';
import { createVolumeService, type VolumeUser, type VolumeUsers } from '../volumes/index.ts';
import { memoryVolumeStore } from './memory-volume-store.ts';

/** A volume service on the real kernel, with containers that are told and not run. */
export async function makeVolumeBench() {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await mkdtempDisposable(join(tmpdir(), 'davit-vol-')));
  const kernel = undo.use(await createKernel());
  const paths = enginePaths(join(folder.path, 'data'), join(folder.path, 'run'));
  const store = memoryVolumeStore();
  const using: VolumeUser[] = [];
  const [paused, unpaused]: [ContainerId[], ContainerId[]] = [[], []];
  const events = new EventBus();
  const users: VolumeUsers = {
    containersOfVolume: async () => using,
    pause: async (id) => Boolean(paused.push(id)),
    unpause: async (id) => void unpaused.push(id),
  };
  const packer = undo.use(createTreePacker({ log: silentLogger }));
  const applier = undo.use(createLayerApplier({ log: silentLogger }));
  const copier = undo.use(createTreeCopier({ log: silentLogger }));
  const volumes = createVolumeService({ paths, store, users, kernel, events, packer, applier, copier });
  const rootfs = join(folder.path, 'rootfs');
  await mkdir(rootfs);
  const resources = undo.move();
  return {
    volumes,
    store,
    users,
    using,
    paused,
    unpaused,
    events,
    paths,
    kernel,
    packer,
    rootfs,
    folder: folder.path,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
