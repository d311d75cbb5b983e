import type { ImageSummary } from '../../images/image-service.ts';
import type { ContainerId, ProgressOptions } from '../../lib/index.ts';
import { failpoint } from '../../lib/index.ts';
import type { ProcessConfig } from '../../oci/index.ts';
import { cleanTarget } from '../config-merge.ts';
import type { CallOptions, CommitOptions, ContainerRecord } from '../container-service.ts';
import { type Context, publish } from '../context.ts';
import { watchHealth } from '../health/watch-health.ts';
import { withRoot } from './with-root.ts';

/**
 * Makes an image of what the container changed. Unless `pause` is false a running one stands still meanwhile; when the server
 * dies in between, the next one lets it go on.
 */
export async function commitContainer(
  ctx: Context,
  ref: string,
  opts: CommitOptions & CallOptions & ProgressOptions = {},
): Promise<ImageSummary> {
  await using frozen = new AsyncDisposableStack();
  return await withRoot(ctx, ref, opts, async ({ record, signal }) => {
    const { id } = record;
    const parent = await ctx.images.resolve(record.imageId);
    const { upper } = await ctx.snapshots.foldersOf(id);
    if (opts.pause !== false && (await freeze(ctx, id, signal))) frozen.defer(() => thaw(ctx, id));
    const image = await ctx.images.commit({
      parent: parent.id,
      async writeLayer(sink, layer) {
        await ctx.packer.pack({ root: upper, omitTop: true, form: 'layer', sink, signal: layer.signal });
        await failpoint('commit.packed');
        // The image is made of the copy: the container need not wait for it.
        await thaw(ctx, id, signal);
        await failpoint('commit.thawed');
      },
      process: toImageProcess(record, parent.config.config ?? {}),
      changes: opts.changes,
      author: opts.author,
      message: opts.message,
      createdBy: record.process.args.join(' '),
      reference: opts.reference,
      actor: opts.actor,
      beforeReplace: opts.beforeReplace,
      signal,
      onProgress: opts.onProgress,
      onStep: opts.onStep,
    });
    const attributes = { comment: opts.message ?? '', imageID: image.id, imageRef: image.references[0] ?? '' };
    publish(ctx, record, 'commit', { attributes, opts });
    return image;
  });
}

/** False when it does not run, or stands still already. */
async function freeze(ctx: Context, id: ContainerId, signal: AbortSignal): Promise<boolean> {
  using _lock = await ctx.locks.acquire(id, signal);
  const record = await ctx.store.get(id);
  if (record?.state.status !== 'running') return false;
  const state = { ...record.state, status: 'paused', pausedFor: 'commit' } as const;
  await ctx.store.update(id, { state });
  try {
    await failpoint('commit.marked');
    await ctx.runtime.pause(id);
    await failpoint('commit.paused');
  } catch (error) {
    if (ctx.runtime.isPaused(id)) await ctx.runtime.unpause(id);
    await ctx.store.update(id, { state: record.state });
    if (signal.aborted) throw error;
    // It may have ended just now, and then stands still by itself; dockerd copies one that cannot be paused as well.
    ctx.log.info({ err: error, containerId: id }, 'committed without a pause');
    return false;
  }
  ctx.health.forget(id);
  watchHealth(ctx, record, state);
  publish(ctx, record, 'pause');
  return true;
}

/** Unless somebody has unpaused, stopped or removed it meanwhile. */
async function thaw(ctx: Context, id: ContainerId, signal?: AbortSignal): Promise<void> {
  using _lock = await ctx.locks.acquire(id, signal);
  const record = await ctx.store.get(id);
  if (record?.state.status !== 'paused' || record.state.pausedFor !== 'commit') return;
  await ctx.runtime.unpause(id);
  const { pausedFor: _, ...kept } = record.state;
  const state = { ...kept, status: 'running' } as const;
  await ctx.store.update(id, { state });
  ctx.health.forget(id);
  watchHealth(ctx, record, state);
  publish(ctx, record, 'unpause');
}

/** After a crash: it may stand still already or not yet, and goes on either way. The caller holds its lock and has joined it. */
export async function thawAfterCrashLocked(ctx: Context, record: ContainerRecord): Promise<void> {
  const { id, state } = record;
  if (state.status !== 'paused' || state.pausedFor !== 'commit') return;
  try {
    await ctx.runtime.unpause(id);
  } catch (error) {
    // The server died before it was paused: the row alone said so.
    ctx.log.info({ err: error, containerId: id }, 'was not paused');
  }
  const { pausedFor: _, ...kept } = state;
  await ctx.store.update(id, { state: { ...kept, status: 'running' } });
}

/** The image's configuration with what the container was created with. */
function toImageProcess({ config }: ContainerRecord, image: ProcessConfig): ProcessConfig {
  const { OnBuild: _, ...inherited } = image;
  const volumes = config.mounts.filter((mount) => mount.type === 'volume' && mount.name === undefined);
  const process: ProcessConfig = { ...inherited, Env: [...config.env] };
  assign(process, 'Entrypoint', config.entrypoint && [...config.entrypoint]);
  assign(process, 'Cmd', config.command && [...config.command]);
  assign(process, 'User', config.user);
  assign(process, 'WorkingDir', config.workingDir);
  assign(process, 'StopSignal', config.stopSignal);
  assign(process, 'Labels', { ...config.labels });
  assign(process, 'ExposedPorts', emptyValues(config.exposedPorts));
  assign(process, 'Volumes', emptyValues(volumes.map((mount) => cleanTarget(mount.target))));
  return process;
}

function assign<Key extends keyof ProcessConfig>(process: ProcessConfig, key: Key, value: ProcessConfig[Key]): void {
  const isEmpty = value === undefined || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
  if (isEmpty) delete process[key];
  else process[key] = value;
}

function emptyValues(keys: readonly string[]): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}
