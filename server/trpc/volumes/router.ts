import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { listVolumesInput, removeVolumeInput } from './volumes.schema.ts';

const list = procedure({ permission: 'volume:view', audit: null })
  .input(listVolumesInput)
  .query(({ ctx }) => ctx.environment().volumes.list());

const remove = procedure({ permission: 'volume:remove', audit: 'volume.remove' })
  .input(removeVolumeInput)
  .mutation(async ({ ctx, input, signal }) => {
    await ctx.environment().volumes.remove(input.volumeName, { signal });
    // Or the next volume of this name would belong to the same person.
    await ctx.services.ownership.release('volume', input.volumeName);
  });

export const volumesRouter = router({ list, remove });
