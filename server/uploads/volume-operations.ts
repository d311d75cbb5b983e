import type { VolumeService } from '#engine/volumes/index.ts';
import type { Actor, Ownership } from '../access/index.ts';
import type { Environment } from '../environments/index.ts';
import { deniedError } from '../errors/index.ts';
import type { Operations } from '../operations/index.ts';

interface VolumeTask {
  services: { operations: Pick<Operations, 'start'>; ownership: Pick<Ownership, 'claim' | 'release' | 'ownerOf'> };
  environment: Environment;
  actor: Actor;
}

/** A name is claimed before its volume is made: of two who make it at once, one is refused. */
export async function claimNewVolume<T>(
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
