import type { Writable } from 'node:stream';
import { EngineError, isEngineError } from '#engine/errors/index.ts';
import type { Digest } from '#engine/oci/index.ts';
import { reachesHost, type VolumeService, type VolumeSummary } from '#engine/volumes/index.ts';
import { type Actor, assertCan, type Ownership } from '../access/index.ts';
import type { Environment } from '../environments/index.ts';
import { deniedError } from '../errors/index.ts';
import type { Operations } from '../operations/index.ts';
import { fromDashboard } from './from-dashboard.ts';
import type { RemoteSource } from './remote-source.ts';

interface VolumeTask {
  services: { operations: Pick<Operations, 'start'>; ownership: Pick<Ownership, 'claim' | 'release' | 'ownerOf'> };
  environment: Environment;
  actor: Actor;
}

interface VolumeClaim {
  services: { ownership: Pick<Ownership, 'claim' | 'release' | 'ownerOf'> };
  environment: Pick<Environment, 'volumes'>;
  actor: Actor;
}

type CreateVolume = Parameters<VolumeService['create']>[0];

/**
 * As Docker's: the same request again answers with the volume there is, whoever made it; a new one becomes the actor's.
 *
 * @throws EngineError `denied` for options that reach the host without the right to, and for a name somebody else takes just now
 */
export async function createOwnedVolume(
  { services: { ownership }, environment: { volumes }, actor }: VolumeClaim,
  request: Omit<CreateVolume, 'anonymous'>,
): Promise<VolumeSummary> {
  // A folder or a server under a volume's name is a bind mount in all but name.
  if (reachesHost(request.options ?? {})) assertCan(actor, 'container:host-access');
  const { name } = request;
  if (name === undefined) {
    const made = await volumes.create({ ...request, anonymous: true });
    await ownership.claim('volume', made.name, actor.id);
    return made;
  }
  if (await exists(volumes, name)) return volumes.create(request);
  return claimNewVolume({ ownership, volumes, actor, name }, () => volumes.create(request));
}

async function exists(volumes: Pick<VolumeService, 'get'>, name: string): Promise<boolean> {
  try {
    await volumes.get(name);
    return true;
  } catch (error) {
    if (isEngineError(error, 'not_found')) return false;
    throw error;
  }
}

/** A name is claimed before its volume is made: of two who make it at once, one is refused. */
async function claimNewVolume<T>(
  about: {
    ownership: VolumeTask['services']['ownership'];
    volumes: Pick<VolumeService, 'list'>;
    actor: Actor;
    name: string;
  },
  make: () => Promise<T>,
): Promise<T> {
  const { ownership, volumes, actor, name } = about;
  const isThere = async () => (await volumes.list({ name: [name] })).some((volume) => volume.name === name);
  // Whoever owns it, or nobody: it must not become the actor's by the claim of an attempt.
  if (await isThere()) {
    const details = { reason: 'volume_exists', name };
    throw new EngineError('already_exists', `create ${name}: a volume of this name exists already`, details);
  }
  await ownership.claim('volume', name, actor.id);
  if ((await ownership.ownerOf('volume', name)) !== actor.id) throw deniedError('volume:create');
  try {
    return await make();
  } catch (error) {
    if (!(await isThere())) await ownership.release('volume', name);
    throw error;
  }
}

/** Removes what no container uses, as an operation. */
export function startVolumePrune(
  task: VolumeTask,
  request: { all: boolean; label: readonly string[]; notLabel: readonly string[] },
): Promise<{ operationId: string }> {
  return start(task, { kind: 'volume.prune', input: request }, async (opts) => {
    const pruned = await task.environment.volumes.prune({
      ...request,
      ...opts,
      actor: fromDashboard(task.actor, opts.id),
    });
    for (const name of pruned.removed) await task.services.ownership.release('volume', name);
    return pruned;
  });
}

/** Pausing somebody's containers for a copy takes the right to pause them. */
export async function assertMayPause({ environment, actor }: VolumeTask, name: string): Promise<void> {
  const { usedBy } = await environment.volumes.get(name);
  for (const { id } of usedBy.filter(({ running }) => running)) {
    const { createdBy } = await environment.containers.inspect(id);
    assertCan(actor, 'container:pause', { createdBy });
  }
}

/** Writes a volume to a sink, as an operation. `onBegin` is told the operation's id before the first byte. */
export function startVolumeBackup(
  task: VolumeTask,
  request: { name: string; compression: 'none' | 'gzip' | 'zstd'; consistent: boolean; sink: Writable },
  onBegin: (operationId: string) => void,
): Promise<{ operationId: string }> {
  const { name, ...settings } = request;
  return start(task, { kind: 'volume.backup', name }, async ({ id, ...opts }) => {
    onBegin(id);
    return task.environment.volumes.backup(name, { ...settings, ...opts });
  });
}

/** Makes a new volume of an archive, as an operation. */
export function startVolumeRestore(
  task: VolumeTask,
  request: { name: string; digest: Digest | undefined; unproven: boolean },
  open: (signal: AbortSignal) => Promise<RemoteSource>,
): Promise<{ operationId: string }> {
  const { name } = request;
  const { volumes } = task.environment;
  return start(task, { kind: 'volume.restore', name }, async (opts) => {
    await using archive = await open(opts.signal);
    const { stream: source, totalBytes } = archive;
    const { copy } = await claimNewVolume(
      { ownership: task.services.ownership, volumes, actor: task.actor, name },
      () => volumes.restore({ ...request, source, totalBytes, ...opts, actor: fromDashboard(task.actor, opts.id) }),
    );
    return { name, ...copy };
  });
}

/** Copies a volume into a new one, as an operation. */
export function startVolumeClone(
  task: VolumeTask,
  request: { volumeName: string; newName: string; labels: Record<string, string>; consistent: boolean },
): Promise<{ operationId: string }> {
  const { volumeName, newName: name, labels, consistent } = request;
  const { volumes } = task.environment;
  return start(task, { kind: 'volume.clone', name, input: request }, async (opts) => {
    const { copy } = await claimNewVolume(
      { ownership: task.services.ownership, volumes, actor: task.actor, name },
      () => volumes.clone(volumeName, { name, labels, consistent, ...opts, actor: fromDashboard(task.actor, opts.id) }),
    );
    return { name, ...copy };
  });
}

async function start(
  { services, environment, actor }: VolumeTask,
  { kind, name, input }: { kind: string; name?: string; input?: object },
  work: Parameters<Operations['start']>[1],
): Promise<{ operationId: string }> {
  const object = { type: 'volume', id: name, name };
  const request = { environmentId: environment.id, kind, actor, object, input };
  const { id } = await services.operations.start(request, work);
  return { operationId: id };
}
