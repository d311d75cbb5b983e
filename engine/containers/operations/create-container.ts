import { mkdir, rm } from 'node:fs/promises';
import { hostname as hostName } from 'node:os';
import { isEngineError } from '../../errors/index.ts';
import type { ImageRecord } from '../../images/image-service.ts';
import { CleanupStack, type ContainerId, failpoint, newContainerId } from '../../lib/index.ts';
import { isAnonymous, nameAnonymousVolumes, removeAnonymousVolumes } from '../anonymous-volumes.ts';
import { cleanTarget, hostnameOf, mergeConfig, toProcess } from '../config-merge.ts';
import type { ContainerConfig, ContainerRecord, CreateOptions } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { assertRoom } from '../disk-room.ts';
import { bindLinks } from '../links.ts';
import { checkName, freeRandomName } from '../names.ts';
import { bindModes, completeNetworks } from '../network-mode.ts';
import { normaliseConfig } from '../normalise-config.ts';
import { assertSourceExists } from '../runtime-mounts.ts';
import { parseVolumesFrom, withVolumesFrom } from '../volumes-from.ts';

/** Row (`creating`), writable layer, volumes, then the row made `ready`; on failure all of it is taken back. */
export async function createContainer(
  ctx: Context,
  asked: ContainerConfig,
  opts: CreateOptions = {},
): Promise<{ id: ContainerId; name: string; warnings: string[] }> {
  const { config: normal, warnings } = normaliseConfig(asked, ctx.runtime.host);
  // That there is no such image is told before what else is not there: clients pull it then.
  const image = await ctx.images.resolve(normal.image, { platform: opts.platform });
  const config = await bindModes(ctx, await bindLinks(ctx, normal));
  for (const text of config.volumesFrom ?? []) parseVolumesFrom(text);
  if (opts.name !== undefined) checkName(opts.name.replace(/^\//, ''));
  for (const endpoint of completeNetworks(config) ?? []) await ctx.networks.checkSettings(endpoint);
  await checkSources(config);
  await assertRoom(ctx.paths.dataRoot);
  opts.signal?.throwIfAborted();

  await using undo = new CleanupStack({ log: ctx.log });
  const record = await insertRow(ctx, config, image, opts);
  const { id } = record;
  undo.defer('remove volumes and row', async () => {
    await ctx.store.update(id, { state: { status: 'removing', volumes: true } });
    await removeAnonymousVolumes(ctx, record);
    await ctx.store.delete(id);
  });
  await failpoint('create.row');
  await ctx.snapshots.createActive(id, image.chainId);
  undo.defer('remove writable layer', () => ctx.snapshots.removeActive(id));
  await failpoint('create.layer');
  await mkdir(ctx.paths.container(id), { recursive: true, mode: 0o700 });
  undo.defer('remove folder', () => rm(ctx.paths.container(id), { recursive: true, force: true }));

  await failpoint('create.folder');
  await makeVolumes(ctx, record);
  await failpoint('create.volumes');
  await populateVolumes(ctx, record);
  await failpoint('create.filled');
  opts.signal?.throwIfAborted();
  await ctx.store.update(id, { phase: 'ready' });
  await failpoint('create.ready');
  undo.commit();
  publish(ctx, record, 'create', { opts });
  return { id, name: record.name, warnings };
}

async function checkSources(config: ContainerConfig): Promise<void> {
  for (const mount of config.mounts) {
    if (mount.type === 'bind' && mount.createSource !== true) await assertSourceExists(mount.source);
  }
}

async function insertRow(
  ctx: Context,
  config: ContainerConfig,
  image: ImageRecord,
  opts: CreateOptions,
): Promise<ContainerRecord> {
  const id = newContainerId();
  const ofImage = mergeConfig(await withVolumesFrom(ctx, config), image.config.config ?? {});
  const merged = { ...ofImage, networks: completeNetworks(config) };
  const ofHost = config.network === 'host' || config.utsMode === 'host';
  const hostname = ofHost && !config.hostname ? hostName() : hostnameOf(merged, id);
  const row = {
    id,
    imageId: image.id,
    config: { ...merged, hostname },
    process: toProcess(merged, { id, hostname }),
    mounts: nameAnonymousVolumes(merged.mounts),
    state: { status: 'created' },
    phase: 'creating',
    manuallyStopped: false,
    restartCount: 0,
    createdBy: opts.actor?.id,
    createdAt: ctx.clock(),
  } as const satisfies Omit<ContainerRecord, 'name'>;
  for (;;) {
    const record = { ...row, name: opts.name?.replace(/^\//, '') ?? (await freeRandomName(ctx.store)) };
    try {
      await ctx.store.insert(record);
      return record;
    } catch (error) {
      // Another container took the random name between looking and inserting: draw again.
      if (opts.name !== undefined || !isEngineError(error, 'already_exists')) throw error;
    }
  }
}

async function makeVolumes(ctx: Context, record: ContainerRecord): Promise<void> {
  for (const mount of record.mounts) {
    if (mount.type !== 'volume' || mount.name === undefined) continue;
    // A named one stays when the creation fails: it may be another's by now, and Docker leaves it as well.
    await ctx.volumes.create({
      name: mount.name,
      anonymous: isAnonymous(record, mount.target),
      labels: { ...mount.labels },
      options: { ...mount.driverOptions },
    });
  }
}

/** Only now, as Docker does: a volume somebody emptied later stays empty. */
async function populateVolumes(ctx: Context, { id, mounts }: ContainerRecord): Promise<void> {
  const wanted = mounts.filter((mount) => mount.type === 'volume' && mount.noCopy !== true);
  if (wanted.length === 0) return;
  const rootfs = ctx.paths.rootfs(id);
  await ctx.snapshots.mount(id, rootfs);
  try {
    for (const mount of wanted) {
      if (mount.type === 'volume' && mount.name !== undefined) {
        await ctx.volumes.populate(mount.name, { rootfs, path: cleanTarget(mount.target) });
      }
    }
  } finally {
    await ctx.snapshots.unmount(rootfs);
  }
}
