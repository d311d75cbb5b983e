import type { VolumeSummary } from '#engine/volumes/index.ts';
import { createOwnedVolume } from '../../uploads/volume-operations.ts';
import { callerOf, procedure, requireActor } from '../procedure.ts';
import { createVolumeInput } from './volumes.schema.ts';

export const createVolume = procedure({ permission: 'volume:create', audit: 'volume.create' })
  .input(createVolumeInput)
  .mutation(({ ctx, input: { newName, driver, labels, options }, signal }): Promise<VolumeSummary> => {
    const task = { services: ctx.services, environment: ctx.environment(), actor: requireActor(ctx) };
    return createOwnedVolume(task, { name: newName, driver, labels, options, actor: callerOf(task.actor), signal });
  });
