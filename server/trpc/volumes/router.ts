import { assertCan } from '#server/access/index.ts';
import { assertMayPause, startVolumeClone, startVolumePrune } from '../../uploads/volume-operations.ts';
import { router } from '../init.ts';
import { callerOf, procedure, requireActor } from '../procedure.ts';
import { createVolume } from './create-volume.ts';
import {
  cloneVolumeInput,
  listVolumesInput,
  pruneVolumesInput,
  removeVolumeInput,
  volumeInput,
  volumeUsageInput,
} from './volumes.schema.ts';

const list = procedure({ permission: 'volume:view', audit: null })
  .input(listVolumesInput)
  .query(({ ctx, input: { environmentId: _environmentId, ...filter } }) => ctx.environment().volumes.list(filter));

const get = procedure({ permission: 'volume:view', audit: null })
  .input(volumeInput)
  .query(({ ctx, input }) => ctx.environment().volumes.get(input.volumeName));

/** Measures when what is known is older than asked for. */
const usage = procedure({ permission: 'volume:view', audit: null })
  .input(volumeUsageInput)
  .query(({ ctx, input: { volumeName, maxAgeMs } }) => ctx.environment().volumes.usage(volumeName, { maxAgeMs }));

const remove = procedure({ permission: 'volume:remove', audit: 'volume.remove' })
  .input(removeVolumeInput)
  .mutation(async ({ ctx, input: { volumeName, force }, signal }) => {
    await ctx.environment().volumes.remove(volumeName, { force, actor: callerOf(requireActor(ctx)), signal });
    // Or the next volume of this name would belong to the same person.
    await ctx.services.ownership.release('volume', volumeName);
  });

const prune = procedure({ permission: 'cleanup:run', audit: 'volume.prune' })
  .input(pruneVolumesInput)
  .mutation(({ ctx, input }) => {
    const { services } = ctx;
    return startVolumePrune({ services, environment: ctx.environment(), actor: requireActor(ctx) }, input);
  });

const clone = procedure({ permission: 'volume:backup', audit: 'volume.clone' })
  .input(cloneVolumeInput)
  .mutation(async ({ ctx, input }) => {
    const { services } = ctx;
    const task = { services, environment: ctx.environment(), actor: requireActor(ctx) };
    assertCan(task.actor, 'volume:create');
    if (input.consistent) await assertMayPause(task, input.volumeName);
    return startVolumeClone(task, input);
  });

export const volumesRouter = router({ list, get, usage, create: createVolume, remove, prune, clone });
