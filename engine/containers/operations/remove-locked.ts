import { isEngineError } from '../../errors/index.ts';
import { failpoint, whyNotWritable } from '../../lib/index.ts';
import { removeTree } from '../../snapshots/index.ts';
import { removeAnonymousVolumes } from '../anonymous-volumes.ts';
import type { CallOptions, ContainerRecord } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { dropSharedMemory } from '../shared-memory.ts';

/**
 * Removes a container that does not run; the caller holds its lock. The row goes last, so that a crash leaves
 * `removing` for reconcile to finish; a failure leaves `dead`, which can be removed again. On a disk that cannot be written to
 * its files stay, and its row with them, until a repair finds that it can.
 */
export async function removeLocked(
  ctx: Context,
  record: ContainerRecord,
  opts: CallOptions & { volumes?: boolean },
): Promise<void> {
  const { id } = record;
  ctx.restarts.forget(id);
  ctx.health.forget(id);
  const volumes = opts.volumes === true || (record.state.status === 'removing' && record.state.volumes === true);
  await ctx.store.update(id, { state: { status: 'removing', volumes } });
  try {
    await failpoint('remove.row');
    await ctx.roots.end(id);
    if (!ctx.released.delete(id)) {
      await ctx.networks.detach(id);
      await failpoint('remove.network');
      await ctx.runtime.cleanUp(id);
      await failpoint('remove.runtime');
      await dropSharedMemory(ctx, id);
      await failpoint('remove.memory');
    }
    await ctx.snapshots.unmount(ctx.paths.rootfs(id));
    await failpoint('remove.root');
    await ctx.snapshots.removeActive(id);
    await failpoint('remove.layer');
    await removeTree(ctx.paths.container(id), ctx.kernel);
    await removeTree(ctx.paths.runContainer(id), ctx.kernel);
    await failpoint('remove.folders');
    if (volumes) await removeAnonymousVolumes(ctx, record);
    await noteLastUse(ctx, record);
    await failpoint('remove.volumes');
  } catch (error) {
    if ((await whyNotWritable(ctx.paths.dataRoot)) === 'EROFS') {
      ctx.unremoved.add(id);
      ctx.log.warn(
        { containerId: id, err: error },
        'files of a removed container stay until the disk can be written to',
      );
      return;
    }
    await ctx.store.update(id, { state: deadAfter(record, error, ctx.clock()) });
    throw error;
  }
  await ctx.store.delete(id);
  ctx.unremoved.delete(id);
  await failpoint('remove.gone');
  ctx.tasks.delete(id);
  ctx.execs.forgetContainer(id);
  for (const client of [...(ctx.waitingClients.get(id) ?? [])]) client.close();
  publish(ctx, record, 'destroy', { opts });
  ctx.waiters.tell(id, 'removed', { exitCode: exitCodeOf(record) });
  await dropLeftLayers(ctx, record);
}

/** What is left of it is told by its volumes: they outlive it. One that never ran did nothing to them. */
async function noteLastUse(ctx: Context, { id, name, state, mounts }: ContainerRecord): Promise<void> {
  if (state.status === 'created') return;
  const at = 'finishedAt' in state ? state.finishedAt : ctx.clock();
  try {
    for (const mount of mounts) {
      if (mount.type === 'volume' && mount.name !== undefined) {
        await ctx.volumes.noteUse(mount.name, { containerName: name, at });
      }
    }
  } catch (error) {
    // A full disk is emptied by removing containers.
    ctx.log.warn({ containerId: id, err: error }, 'volumes do not know that the container had them');
  }
}

/** Of an image that was removed by force under the container, its layers stayed with it. */
async function dropLeftLayers(ctx: Context, { id, imageId }: ContainerRecord): Promise<void> {
  try {
    if (await isImageGone(ctx, imageId)) await ctx.images.collect();
  } catch (error) {
    // The container is gone, and told so; the next start of the server collects them.
    ctx.log.warn({ containerId: id, err: error }, 'layers of a removed image could not be removed');
  }
}

async function isImageGone(ctx: Context, imageId: ContainerRecord['imageId']): Promise<boolean> {
  try {
    await ctx.images.resolve(imageId);
    return false;
  } catch (error) {
    if (isEngineError(error, 'not_found')) return true;
    throw error;
  }
}

function deadAfter(record: ContainerRecord, cause: unknown, now: Date): ContainerRecord['state'] {
  const { state } = record;
  const error = cause instanceof Error ? cause.message : String(cause);
  const startedAt = 'startedAt' in state ? state.startedAt : record.createdAt;
  return { status: 'dead', exitCode: exitCodeOf(record), oomKilled: false, startedAt, finishedAt: now, error };
}

function exitCodeOf({ state }: ContainerRecord): number {
  return 'exitCode' in state ? (state.exitCode ?? 0) : 0;
}
