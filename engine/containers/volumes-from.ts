import { EngineError, isEngineError } from '../errors/index.ts';
import { cleanTarget } from './config-merge.ts';
import type { ContainerConfig, ContainerRecord, MountSpec } from './container-service.ts';
import type { Context } from './context.ts';
import { resolveRef } from './resolve-ref.ts';

/** What may follow the container, one of each kind; only the first kind means something here, as in dockerd on Linux without SELinux. */
const MODES: readonly (readonly string[])[] = [
  ['ro', 'rw'],
  ['z', 'Z'],
  ['consistent', 'cached', 'delegated'],
];

/** `CONTAINER[:ro|rw]`. @throws EngineError `invalid_argument` in Docker's words */
export function parseVolumesFrom(text: string): { container: string; readOnly: boolean } {
  if (text === '') throw refused('volumes-from specification cannot be an empty string');
  const at = text.indexOf(':');
  const container = at < 0 ? text : text.slice(0, at);
  const mode = at < 0 ? '' : text.slice(at + 1);
  const modes = mode === '' ? [] : mode.split(',');
  const kinds = modes.map((word) => MODES.findIndex((kind) => kind.includes(word)));
  const known = !kinds.includes(-1) && new Set(kinds).size === kinds.length;
  if (container === '' || !known) throw refused(`invalid mode: ${mode}`);
  return { container, readOnly: modes.includes('ro') };
}

/**
 * The mounts of other containers, at the same places; a later one wins, and what the request itself mounts wins over all.
 * Copying from the image is over for volumes in use.
 *
 * @throws EngineError `invalid_argument` for a container that is not there: clients would take `not_found` for the image
 */
export async function withVolumesFrom(ctx: Pick<Context, 'store'>, config: ContainerConfig): Promise<ContainerConfig> {
  const { volumesFrom = [], mounts } = config;
  if (volumesFrom.length === 0) return config;
  const taken = new Map<string, MountSpec>();
  for (const text of volumesFrom) {
    const { container, readOnly } = parseVolumesFrom(text);
    const other = await findDonor(ctx, container);
    for (const mount of other.mounts) taken.set(cleanTarget(mount.target), asTaken(mount, readOnly));
  }
  for (const { target } of mounts) taken.delete(cleanTarget(target));
  return { ...config, mounts: [...taken.values(), ...mounts] };
}

async function findDonor(ctx: Pick<Context, 'store'>, ref: string): Promise<ContainerRecord> {
  try {
    return await resolveRef(ctx.store, ref);
  } catch (cause) {
    if (!isEngineError(cause)) throw cause;
    throw new EngineError(
      'invalid_argument',
      cause.message,
      { reason: 'volumes_from_missing', field: 'volumesFrom' },
      { cause },
    );
  }
}

function asTaken(mount: MountSpec, readOnly: boolean): MountSpec {
  switch (mount.type) {
    case 'volume':
      return { ...mount, readOnly: mount.readOnly || readOnly, noCopy: true };
    case 'bind':
      return { ...mount, readOnly: mount.readOnly || readOnly };
    case 'tmpfs':
      return mount;
  }
}

function refused(message: string): EngineError {
  return new EngineError('invalid_argument', message, { reason: 'volumes_from_invalid', field: 'volumesFrom' });
}
