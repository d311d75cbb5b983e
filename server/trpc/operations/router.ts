import { can } from '#server/access/index.ts';
import type { OperationRecord } from '#server/operations/index.ts';
import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { listOperationsInput, operationInput } from './operations.schema.ts';
import { retryOperation } from './retry-operation.ts';

/** Without their parts and lines: those are on the page of each. */
const list = procedure({ permission: 'operation:view', audit: null })
  .input(listOperationsInput)
  .query(async ({ ctx, input: { environmentId, states, limit } }) => {
    const operations = await ctx.services.operations.list({ environmentId, states, limit });
    return operations
      .filter(({ actorId }) => can(ctx.actor, 'operation:view', { createdBy: actorId }))
      .map((operation): OperationRecord => ({ ...operation, steps: [], log: [] }));
  });

const get = procedure({ permission: 'operation:view', audit: null })
  .input(operationInput)
  .query(({ ctx, input }) => ctx.services.operations.get(input.operationId));

const cancel = procedure({ permission: 'operation:cancel', audit: 'operation.cancel' })
  .input(operationInput)
  .mutation(async ({ ctx, input }) => ({ cancelled: await ctx.services.operations.cancel(input.operationId) }));

export const operationsRouter = router({ list, get, cancel, retry: retryOperation });
