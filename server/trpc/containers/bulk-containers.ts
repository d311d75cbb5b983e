import { TRPCError } from '@trpc/server';
import type { z } from 'zod';
import { EngineError } from '#engine/errors/index.ts';
import { grantsOf, type Permission } from '#server/access/index.ts';
import { deniedError } from '#server/errors/index.ts';
import { procedure, requireActor } from '../procedure.ts';
import { bulkContainersInput } from './containers.schema.ts';

type BulkInput = z.output<typeof bulkContainersInput>;
type BulkVerb = BulkInput['verb'];

/** A procedure that does one verb to one container, as tRPC calls it. */
type Single = (call: {
  ctx: object;
  getRawInput: () => Promise<unknown>;
  path: string;
  type: 'mutation';
  signal: AbortSignal | undefined;
  batchIndex: number;
}) => Promise<unknown>;

/** So many at a time: a bulk order keeps the server free for the others. */
const AT_ONCE = 6;
const NAMED = 3;

/**
 * One verb for many containers as one operation, with a part for each and why it failed. Every one of them goes through the gates
 * of the verb itself, with its own audit row and the rights of that moment: nobody does to many what they may not do to one.
 * Retried, it is for those that failed or were not begun.
 */
export function bulkProcedure(singles: Record<BulkVerb, Single>) {
  return procedure({ permission: 'operation:view', audit: 'container.bulk' })
    .input(bulkContainersInput)
    .mutation(async ({ ctx, input }): Promise<{ operationId: string }> => {
      const actor = requireActor(ctx);
      const { environmentId, verb } = input;
      const permission: Permission = `container:${verb === 'unpause' ? 'pause' : verb}`;
      // Whoever may do it to none begins no operation.
      if (grantsOf(actor)[permission] === undefined) throw deniedError(permission);
      const listed = await ctx.environment().containers.list({ all: true, ids: input.containerIds });
      const names = new Map<string, string>(listed.map(({ id, name }) => [id, name]));
      const items = [...new Set(input.containerIds)].map((id) => ({ id, name: names.get(id) ?? id.slice(0, 12) }));
      const request = {
        environmentId,
        kind: `containers.${verb}`,
        actor,
        object: { type: 'containers', name: titleOf(items.map(({ name }) => name)) },
        input,
      };
      const { id } = await ctx.services.operations.start(request, async (task) => {
        const late = { ...ctx, isLate: true, operationId: task.id };
        const left = new Set(items.map(({ id: one }) => one));
        const waiting = [...items];
        let done = 0;
        task.onItems(done, items.length);
        const one = async (item: (typeof items)[number]) => {
          task.onStep({ id: item.id, kind: verb, name: item.name, state: 'running' });
          try {
            const getRawInput = async () => inputOf(input, item.id);
            const path = `containers.${verb}`;
            await singles[verb]({ ctx: late, getRawInput, path, type: 'mutation', signal: task.signal, batchIndex: 0 });
            task.onStep({ id: item.id, kind: verb, name: item.name, state: 'done' });
            left.delete(item.id);
          } catch (error) {
            if (task.signal.aborted) throw error;
            task.failStep(item.id, error instanceof TRPCError ? (error.cause ?? error) : error);
          }
        };
        const worker = async () => {
          for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
            task.signal.throwIfAborted();
            await one(item);
            done += 1;
            task.onItems(done, items.length);
          }
        };
        // Cancelled, too, it is over only when nothing is done to any of them.
        const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
        if (left.size === 0) return { count: items.length };
        task.askAgainFor({ ...input, containerIds: [...left] });
        const cancelled = ended.find((result) => result.status === 'rejected');
        if (cancelled !== undefined) throw cancelled.reason;
        const message = `${left.size} of ${items.length} containers failed`;
        throw new EngineError('conflict', message, {
          reason: 'some_containers_failed',
          failed: left.size,
          count: items.length,
        });
      });
      return { operationId: id };
    });
}

/** As the procedure of the verb reads it. */
function inputOf({ environmentId, verb, signal, forcedIds }: BulkInput, containerId: string): object {
  if (verb === 'remove') return { environmentId, containerId, force: forcedIds.includes(containerId) };
  return { environmentId, containerId, ...(verb === 'kill' && signal !== undefined && { signal }) };
}

/** The first names, and how many follow. */
function titleOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` +${more}` : ''}`;
}
