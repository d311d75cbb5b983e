import { type Actor, can } from '#server/access/index.ts';
import type { OperationRecord } from '#server/operations/index.ts';
import type { Environment } from '../../environments/index.ts';
import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { listOperationsInput, operationInput, pageOperationsInput } from './operations.schema.ts';
import { retryOperation } from './retry-operation.ts';

const PAGE = 100;

/** Without their parts and lines: those are on the page of each. */
const list = procedure({ permission: 'operation:view', audit: null })
  .input(listOperationsInput)
  .query(async ({ ctx, input: { environmentId, states, limit } }) => {
    const operations = await ctx.services.operations.list({ environmentId, states, limit });
    return listed(ctx.actor, operations);
  });

/** So many of what is asked for, what comes `next` to go on after, and how many there are of each state. */
const page = procedure({ permission: 'operation:view', audit: null })
  .input(pageOperationsInput)
  .query(async ({ ctx, input: { states, cursor, object, ...others } }) => {
    const { operations } = ctx.services;
    const filter = { ...others, object: object && (await withId(ctx.environment(), object)) };
    const found = await operations.list({ ...filter, states, after: cursor, limit: PAGE + 1 });
    const shown = found.slice(0, PAGE);
    return {
      operations: listed(ctx.actor, shown),
      next: found.length > PAGE ? shown.at(-1)?.id : undefined,
      counts: await operations.count(filter),
    };
  });

function listed(actor: Actor | undefined, operations: readonly OperationRecord[]): OperationRecord[] {
  return operations
    .filter(({ actorId }) => can(actor, 'operation:view', { createdBy: actorId }))
    .map((operation) => ({ ...operation, steps: [], log: [] }));
}

/** A container is asked for by its name; what is asked of many has their ids. */
async function withId({ containers }: Pick<Environment, 'containers'>, object: { type: string; key: string }) {
  if (object.type !== 'container') return object;
  const found = (await containers.list({ all: true })).find(({ id, name }) => name === object.key || id === object.key);
  return { ...object, id: found?.id };
}

const get = procedure({ permission: 'operation:view', audit: null })
  .input(operationInput)
  .query(({ ctx, input }) => ctx.services.operations.get(input.operationId));

const cancel = procedure({ permission: 'operation:cancel', audit: 'operation.cancel' })
  .input(operationInput)
  .mutation(async ({ ctx, input }) => ({ cancelled: await ctx.services.operations.cancel(input.operationId) }));

export const operationsRouter = router({ list, page, get, cancel, retry: retryOperation });
