import { randomUUID } from 'node:crypto';
import { close } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ViewMount } from '../../diff/index.ts';
import { EngineError, errnoOf } from '../../errors/index.ts';
import { cleanTarget } from '../config-merge.ts';
import type { CallOptions, ContainerRecord, MountSpec } from '../container-service.ts';
import type { Context } from '../context.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { assertSourceExists } from '../runtime-mounts.ts';

const O_PATH = 0o10000000;
const O_DIRECTORY = 0o200000;
const closeDescriptor = promisify(close);

/** The root of a container while somebody works in it. */
interface UsedRoot {
  record: ContainerRecord;
  /** Where it is mounted, without volumes. */
  rootfs: string;
  signal: AbortSignal;
}

/**
 * Gives `work` the mounted root of a container that runs or not. The lock is held at the beginning and at the end only;
 * removing the container ends the work.
 *
 * @throws EngineError `not_found`, what `work` throws, `conflict` when the container is removed meanwhile
 */
export async function withRoot<T>(
  ctx: Context,
  ref: string,
  opts: CallOptions,
  work: (root: UsedRoot) => Promise<T>,
): Promise<T> {
  const { id } = await resolveRef(ctx.store, ref);
  const rootfs = ctx.paths.rootfs(id);
  const { record, session } = await beginLocked(ctx, id, rootfs, opts);
  try {
    return await work({ record, rootfs, signal: session.signal });
  } catch (error) {
    const { signal } = session;
    throw signal.aborted && signal.reason instanceof EngineError ? signal.reason : error;
  } finally {
    session[Symbol.dispose]();
    await unmountUnused(ctx, id, rootfs);
  }
}

async function beginLocked(ctx: Context, id: ContainerRecord['id'], rootfs: string, opts: CallOptions) {
  using _lock = await ctx.locks.acquire(id, opts.signal);
  const record = await getRecord(ctx.store, id);
  if (record.state.status === 'removing') {
    throw new EngineError('conflict', `container ${id} is marked for removal`, { reason: 'wrong_state', id });
  }
  if (!ctx.tasks.has(id)) await ctx.snapshots.mount(id, rootfs);
  return { record, session: ctx.roots.begin(id, opts) };
}

async function unmountUnused(ctx: Context, id: ContainerRecord['id'], rootfs: string): Promise<void> {
  using _lock = await ctx.locks.acquire(id);
  if (ctx.roots.isInUse(id) || ctx.tasks.has(id)) return;
  await ctx.snapshots.unmount(rootfs);
}

/** A tree as the container sees it, for the processes that read and write it. */
interface ContainerView extends AsyncDisposable {
  root: string;
  mounts: ViewMount[];
  readOnly: boolean;
  /** Targets of volumes, bind mounts and tmpfs: what is there belongs to the container's files. */
  enterMounts: string[];
}

/** Of a running container the mounts it has, through its first process; of any other one those it would get. */
export async function openView(ctx: Context, { record, rootfs }: UsedRoot): Promise<ContainerView> {
  const enterMounts = record.mounts.map((mount) => cleanTarget(mount.target));
  const live = await openLiveRoot(record);
  if (live !== undefined) {
    const root = `/proc/${process.pid}/fd/${live.fd}`;
    return { root, mounts: [], readOnly: false, enterMounts, [Symbol.asyncDispose]: () => live.close() };
  }
  return await openRestingView(ctx, { record, rootfs }, enterMounts);
}

/** Volumes are held for as long as they are looked at: some are mounted only when somebody needs them. */
async function openRestingView(
  ctx: Context,
  { record, rootfs }: Pick<UsedRoot, 'record' | 'rootfs'>,
  enterMounts: string[],
): Promise<ContainerView> {
  const holder = `files-${randomUUID()}`;
  await using undo = new AsyncDisposableStack();
  const sourceOf = async (mount: Exclude<MountSpec, { type: 'tmpfs' }>): Promise<string> => {
    if (mount.type === 'bind') {
      await assertSourceExists(mount.source);
      return mount.source;
    }
    const name = mount.name ?? '';
    const folder = await ctx.volumes.hold(name, holder);
    undo.defer(() => ctx.volumes.release(name, holder));
    if (mount.subpath === undefined) return folder;
    const fd = await ctx.kernel.openInRoot(folder, mount.subpath, { flags: O_PATH });
    undo.defer(() => closeDescriptor(fd));
    return `/proc/${process.pid}/fd/${fd}`;
  };
  const mounts: ViewMount[] = [];
  for (const mount of record.mounts.toSorted((one, other) => depthOf(one) - depthOf(other))) {
    // A tmpfs holds nothing before the container runs.
    if (mount.type === 'tmpfs') continue;
    mounts.push({ source: await sourceOf(mount), target: cleanTarget(mount.target), readOnly: mount.readOnly });
  }
  const held = undo.move();
  const readOnly = record.config.readonlyRootfs;
  return { root: rootfs, mounts, readOnly, enterMounts, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

function depthOf({ target }: MountSpec): number {
  return cleanTarget(target).split('/').length;
}

/** A descriptor keeps meaning this very process, also when its number is given to another one. */
async function openLiveRoot({ state }: ContainerRecord) {
  if (state.status !== 'running' && state.status !== 'paused') return undefined;
  try {
    await using folder = await open(`/proc/${state.pid}`, O_PATH | O_DIRECTORY);
    const through = `/proc/self/fd/${folder.fd}`;
    await using stat = await open(`${through}/stat`);
    const fields = (await stat.readFile('latin1')).replace(/^.*\) /s, '').split(' ');
    // proc(5): the start time is the 22nd field, the 20th after the name.
    if (fields[19] !== String(state.pidStartTicks)) return undefined;
    return await open(`${through}/root`, O_PATH | O_DIRECTORY);
  } catch (error) {
    // It has just ended.
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
