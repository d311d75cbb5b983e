import { mkdir, stat } from 'node:fs/promises';
import { EngineError, errnoOf } from '../errors/index.ts';
import type { RuntimeMount } from '../runtime/runtime.ts';
import type { VolumeService } from '../volumes/volume-service.ts';
import { cleanTarget } from './config-merge.ts';
import type { MountSpec } from './container-service.ts';

/** A container's mounts as the runtime takes them, parents before what lies in them. */
export async function toRuntimeMounts(
  volumes: Pick<VolumeService, 'get'>,
  mounts: readonly MountSpec[],
): Promise<RuntimeMount[]> {
  const sorted = mounts.toSorted((a, b) => depth(a.target) - depth(b.target));
  const result: RuntimeMount[] = [];
  for (const mount of sorted) result.push(await toRuntimeMount(volumes, mount));
  return result;
}

async function toRuntimeMount(volumes: Pick<VolumeService, 'get'>, mount: MountSpec): Promise<RuntimeMount> {
  const destination = cleanTarget(mount.target);
  switch (mount.type) {
    case 'volume': {
      // Creation filled every name in.
      const { mountpoint } = await volumes.get(mount.name ?? '');
      return { type: 'bind', source: mountpoint, destination, options: ['rbind', 'rprivate', access(mount)] };
    }
    case 'bind':
      if (mount.createSource === true) await mkdir(mount.source, { recursive: true });
      else await assertSourceExists(mount.source);
      return {
        type: 'bind',
        source: mount.source,
        destination,
        options: ['rbind', mount.propagation ?? 'rprivate', access(mount)],
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

function access(mount: { readOnly: boolean }): 'ro' | 'rw' {
  return mount.readOnly ? 'ro' : 'rw';
}

function depth(target: string): number {
  return cleanTarget(target).split('/').length;
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
