import { mkdir, realpath, stat } from 'node:fs/promises';
import { EngineError, errnoOf } from '../errors/index.ts';
import type { RuntimeMount } from '../runtime/runtime.ts';
import { cleanTarget } from './config-merge.ts';
import type { ContainerRecord, MountSpec } from './container-service.ts';
import type { Context } from './context.ts';
import { pinSubpath } from './volume-subpath.ts';

type MountContext = Pick<Context, 'volumes' | 'kernel' | 'paths'>;
type BindSpec = Extract<MountSpec, { type: 'bind' }>;

/**
 * A container's mounts as the runtime takes them, parents before what lies in them. Its volumes are held from here on:
 * the caller releases them, and the pins of subpaths, when the container does not start.
 */
export async function toRuntimeMounts(
  ctx: MountContext,
  { id, mounts }: Pick<ContainerRecord, 'id' | 'mounts'>,
): Promise<RuntimeMount[]> {
  const sorted = mounts.toSorted((a, b) => depth(a.target) - depth(b.target));
  const result: RuntimeMount[] = [];
  for (const [place, mount] of sorted.entries()) result.push(await toRuntimeMount(ctx, id, mount, place));
  return result;
}

/** The container has ended or did not start. */
export async function releaseVolumes(
  { volumes }: Pick<Context, 'volumes'>,
  id: ContainerRecord['id'],
  mounts: readonly MountSpec[],
): Promise<void> {
  for (const mount of mounts) {
    if (mount.type === 'volume' && mount.name !== undefined) await volumes.release(mount.name, id);
  }
}

async function toRuntimeMount(
  ctx: MountContext,
  id: ContainerRecord['id'],
  mount: MountSpec,
  place: number,
): Promise<RuntimeMount> {
  const destination = cleanTarget(mount.target);
  switch (mount.type) {
    case 'volume': {
      // Creation filled every name in.
      const folder = await ctx.volumes.hold(mount.name ?? '', id);
      const source =
        mount.subpath === undefined ? folder : await pinSubpath(ctx, { id, place, folder, subpath: mount.subpath });
      return { type: 'bind', source, destination, options: ['rbind', 'rprivate', await accessTo(source, mount)] };
    }
    case 'bind':
      if (mount.createSource === true) await makeMissingFolder(mount.source);
      else await assertSourceExists(mount.source);
      await assertPropagates(ctx, mount);
      return {
        type: 'bind',
        source: mount.source,
        destination,
        options: [
          mount.nonRecursive === true ? 'bind' : 'rbind',
          propagationOf(mount),
          await accessTo(mount.source, mount),
        ],
      };
    case 'tmpfs': {
      const options = ['noexec', 'nosuid', 'nodev'];
      if (mount.sizeBytes !== undefined) options.push(`size=${mount.sizeBytes}`);
      if (mount.mode !== undefined) options.push(`mode=${mount.mode.toString(8)}`);
      if (mount.options !== undefined && mount.options !== '') options.push(...mount.options.split(','));
      return { type: 'tmpfs', source: 'tmpfs', destination, options: withoutOpposites(options) };
    }
  }
}

/** `exec` asked for takes the default `noexec` away. */
function withoutOpposites(options: readonly string[]): string[] {
  return options.filter((option) => !(option.startsWith('no') && options.includes(option.slice(2))));
}

/** What is bound alone has no tree to spread it in, and crun would take the recursive word for a recursive mount. */
function propagationOf({ nonRecursive, propagation = 'rprivate' }: BindSpec): string {
  return nonRecursive === true ? propagation.replace(/^r/, '') : propagation;
}

/** Nothing is mounted below a file, and crun takes the recursive way for folders only. */
async function accessTo(source: string, mount: Parameters<typeof access>[0]): Promise<'rro' | 'ro' | 'rw'> {
  const wanted = access(mount);
  return wanted === 'rro' && !(await stat(source)).isDirectory() ? 'ro' : wanted;
}

/** Since Docker 25 read-only means what is mounted below as well, unless that is asked not to be. */
function access(mount: { readOnly: boolean; readOnlyRecursion?: 'none' | 'force' | undefined }): 'rro' | 'ro' | 'rw' {
  if (!mount.readOnly) return 'rw';
  return mount.readOnlyRecursion === 'none' ? 'ro' : 'rro';
}

function depth(target: string): number {
  return cleanTarget(target).split('/').length;
}

/** What happens in a mount reaches only mounts that share it. @throws EngineError `invalid_argument` in Docker's words */
async function assertPropagates({ kernel }: Pick<Context, 'kernel'>, mount: BindSpec): Promise<void> {
  const { propagation = 'rprivate', source } = mount;
  if (propagation.endsWith('private')) return;
  const path = await realpath(source);
  const mounts = (await kernel.listMounts()).filter(({ target }) => isWithin(target, path));
  // The last one of the deepest is the one on top; the root is one of them.
  const holder = mounts.toSorted((a, b) => a.target.length - b.target.length).at(-1);
  if (holder === undefined) return;
  const needs = propagation.endsWith('shared') ? 'shared' : 'shared or slave';
  if (holder.propagation === 'shared' || (needs !== 'shared' && holder.propagation === 'slave')) return;
  throw new EngineError(
    'invalid_argument',
    `path ${source} is mounted on ${holder.target} but it is not a ${needs} mount`,
    { reason: 'mount_not_shared', field: 'mounts', source, mountpoint: holder.target },
  );
}

function isWithin(folder: string, path: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

/** As `-v` does; a file that is there already is fine. */
async function makeMissingFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    // For a file, mkdir says so; for a link to nothing as well, and then the mount fails with its own words.
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** @throws EngineError `invalid_argument` in Docker's words */
export async function assertSourceExists(source: string): Promise<void> {
  try {
    await stat(source);
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT' && errnoOf(cause) !== 'ENOTDIR') throw cause;
    throw new EngineError(
      'invalid_argument',
      `invalid mount config for type "bind": bind source path does not exist: ${source}`,
      { reason: 'bind_source_missing', field: 'mounts', source },
      { cause },
    );
  }
}
