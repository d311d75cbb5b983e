import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { listVolumesInput, removeVolumeInput } from './volumes.schema.ts';

const list = procedure({ permission: 'volume:view', audit: null })
  .input(listVolumesInput)
  .query(({ ctx }) => ctx.environment().volumes.list());

const remove = procedure({ permission: 'volume:remove', audit: 'volume.remove' })
  .input(removeVolumeInput)
  .mutation(({ ctx, input, signal }) => ctx.environment().volumes.remove(input.volumeName, { signal }));

export const volumesRouter = router({ list, remove });
