import { isEngineError } from '#engine/errors/index.ts';
import { reachesHost, type VolumeService, type VolumeSummary } from '#engine/volumes/index.ts';
import { type Actor, assertCan, type Ownership } from '../access/index.ts';
import type { Environment } from '../environments/index.ts';
import { deniedError } from '../errors/index.ts';
import type { Operations } from '../operations/index.ts';

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
  await ownership.claim('volume', name, actor.id);
  if ((await ownership.ownerOf('volume', name)) !== actor.id) throw deniedError('volume:create');
  try {
    return await make();
  } catch (error) {
    const left = await volumes.list({ name: [name] });
    if (!left.some((volume) => volume.name === name)) await ownership.release('volume', name);
    throw error;
  }
}

/** Removes what no container uses, as an operation. */
export function startVolumePrune(
  task: VolumeTask,
  request: { all: boolean; label: readonly string[]; notLabel: readonly string[] },
): Promise<{ operationId: string }> {
  return start(task, { kind: 'volume.prune' }, async (opts) => {
    const pruned = await task.environment.volumes.prune({ ...request, ...opts });
    for (const name of pruned.removed) await task.services.ownership.release('volume', name);
    return pruned;
  });
}

async function start(
  { services, environment, actor }: VolumeTask,
  { kind, name }: { kind: string; name?: string },
  work: Parameters<Operations['start']>[1],
): Promise<{ operationId: string }> {
  const object = { type: 'volume', id: name, name };
  const { id } = await services.operations.start({ environmentId: environment.id, kind, actor, object }, work);
  return { operationId: id };
}
