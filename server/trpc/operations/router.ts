import { can } from '#server/access/index.ts';
import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { listOperationsInput, operationInput } from './operations.schema.ts';

const list = procedure({ permission: 'operation:view', audit: null })
  .input(listOperationsInput)
  .query(async ({ ctx, input }) => {
    const operations = await ctx.services.operations.list({ environmentId: input.environmentId, limit: input.limit });
    return operations.filter(({ actorId }) => can(ctx.actor, 'operation:view', { createdBy: actorId }));
  });

const get = procedure({ permission: 'operation:view', audit: null })
  .input(operationInput)
  .query(({ ctx, input }) => ctx.services.operations.get(input.operationId));

const cancel = procedure({ permission: 'operation:cancel', audit: 'operation.cancel' })
  .input(operationInput)
  .mutation(async ({ ctx, input }) => ({ cancelled: await ctx.services.operations.cancel(input.operationId) }));

export const operationsRouter = router({ list, get, cancel });
