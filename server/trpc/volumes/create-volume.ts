import { isEngineError } from '#engine/errors/index.ts';
import { reachesHost, type VolumeSummary } from '#engine/volumes/index.ts';
import { assertCan } from '#server/access/index.ts';
import { claimNewVolume } from '../../uploads/volume-operations.ts';
import { procedure, requireActor } from '../procedure.ts';
import { createVolumeInput } from './volumes.schema.ts';

/** As Docker's: the same request again answers with the volume there is, whoever made it. */
export const createVolume = procedure({ permission: 'volume:create', audit: 'volume.create' })
  .input(createVolumeInput)
  .mutation(async ({ ctx, input: { newName, driver, labels, options }, signal }): Promise<VolumeSummary> => {
    const { volumes } = ctx.environment();
    const { ownership } = ctx.services;
    const actor = requireActor(ctx);
    // A folder or a server under a volume's name is a bind mount in all but name.
    if (reachesHost(options)) assertCan(actor, 'container:host-access');
    const request = { name: newName, driver, labels, options, signal };
    if (newName === undefined) {
      const made = await volumes.create({ ...request, anonymous: true });
      await ownership.claim('volume', made.name, actor.id);
      return made;
    }
    if (await exists(volumes, newName)) return volumes.create(request);
    return claimNewVolume({ ownership, volumes, actor, name: newName }, () => volumes.create(request));
  });

async function exists(volumes: { get(name: string): Promise<unknown> }, name: string): Promise<boolean> {
  try {
    await volumes.get(name);
    return true;
  } catch (error) {
    if (isEngineError(error, 'not_found')) return false;
    throw error;
  }
}
