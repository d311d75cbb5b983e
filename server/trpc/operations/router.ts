import { EngineError } from '#engine/errors/index.ts';
import { deniedError } from '#server/errors/index.ts';
import type { Services } from '../context.ts';
import { router } from '../init.ts';
import type { Actor, OperationView } from '../ports.ts';
import { procedure, requireActor } from '../procedure.ts';
import { listOperationsInput, operationInput } from './operations.schema.ts';

/** One's own operations are visible to everybody, those of others with the right to see them. */
function mayView(services: Services, actor: Actor, operation: OperationView): boolean {
  const { environmentId, id, actorId } = operation;
  const resource = { environmentId, type: 'operation', id, ownerId: actorId };
  return actorId === actor.userId || services.access.can(actor, 'operation:view', resource);
}

async function visibleOperation(services: Services, actor: Actor, environmentId: string, id: string) {
  const operation = await services.operations.get(id);
  if (operation.environmentId === environmentId && mayView(services, actor, operation)) return operation;
  throw new EngineError('not_found', `No such operation: ${id}`, { reason: 'operation_not_found', id });
}

const list = procedure({ permission: 'self', audit: null })
  .input(listOperationsInput)
  .query(async ({ ctx, input }) => {
    const actor = requireActor(ctx);
    const operations = await ctx.services.operations.list(input.environmentId, input.limit);
    return operations.filter((operation) => mayView(ctx.services, actor, operation));
  });

const get = procedure({ permission: 'self', audit: null })
  .input(operationInput)
  .query(({ ctx, input }) => visibleOperation(ctx.services, requireActor(ctx), input.environmentId, input.operationId));

const cancel = procedure({ permission: 'self', audit: 'operation.cancel' })
  .input(operationInput)
  .mutation(async ({ ctx, input }) => {
    const actor = requireActor(ctx);
    const { services } = ctx;
    const { id, actorId, environmentId } = await visibleOperation(
      services,
      actor,
      input.environmentId,
      input.operationId,
    );
    const resource = { environmentId, type: 'operation', id, ownerId: actorId };
    if (actorId !== actor.userId && !services.access.can(actor, 'operation:cancel', resource))
      throw deniedError('operation:cancel');
    return { cancelled: await services.operations.cancel(id) };
  });

export const operationsRouter = router({ list, get, cancel });
