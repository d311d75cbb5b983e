import type { z } from 'zod';
import { isEngineError } from '#engine/errors/index.ts';
import { admitCreate, assertCan, can, type Violation } from '#server/access/index.ts';
import { callerOf, procedure, requireActor } from '../procedure.ts';
import { checkCreateInput, createContainerInput, judgeCreateInput } from './containers.schema.ts';

export const createContainer = procedure({ permission: 'container:create', audit: 'container.create' })
  .input(createContainerInput)
  .mutation(async ({ ctx, input, signal }) => {
    const { containers, volumes, networks } = ctx.environment();
    const actor = requireActor(ctx);
    const { ownership } = ctx.services;
    const admitted = await admitCreate(input.config, actor, { containers, volumes, networks, ownership });
    return admitted.run((config) => containers.create(config, { ...wishesOf(input), actor: callerOf(actor), signal }));
  });

/** Create and start as one: a container that cannot start is taken back, so that the corrected request can be sent again. */
export const runContainer = procedure({ permission: 'container:create', audit: 'container.run' })
  .input(createContainerInput)
  .mutation(async ({ ctx, input, signal }) => {
    const { containers, volumes, networks } = ctx.environment();
    const actor = requireActor(ctx);
    const { ownership, log } = ctx.services;
    assertCan(actor, 'container:start', { createdBy: actor.id });
    const admitted = await admitCreate(input.config, actor, { containers, volumes, networks, ownership });
    return admitted.run(async (config) => {
      const made = await containers.create(config, { ...wishesOf(input), actor: callerOf(actor), signal });
      try {
        await containers.start(made.id, { actor: callerOf(actor), signal });
        return made;
      } catch (error) {
        await containers.remove(made.id, { actor: callerOf(actor), volumes: true }).catch((err: unknown) => {
          // With --rm it may be gone already; otherwise it stays in the list, and what went wrong first is the answer.
          if (!isEngineError(err, 'not_found'))
            log.error({ err, containerId: made.id }, 'not taken back after its start');
        });
        throw error;
      }
    });
  });

/**
 * Which fields of a request this role may not have, told while somebody types. The creation judges again: between the two
 * a volume may become somebody else's. Where a host folder leads to is not looked up for those who may not mount it.
 */
export const judgeCreate = procedure({ permission: 'container:create', audit: null })
  .input(judgeCreateInput)
  .query(async ({ ctx, input: { config } }): Promise<Violation[]> => {
    const actor = requireActor(ctx);
    if (can(actor, 'container:host-access')) return [];
    const { containers, volumes, networks } = ctx.environment();
    const { ownership } = ctx.services;
    const mounts = config.mounts.filter(({ type }) => type !== 'bind');
    const folders = config.mounts.flatMap((mount) => (mount.type === 'bind' ? bindRefusal(mount.source) : []));
    try {
      await admitCreate({ ...config, mounts }, actor, { containers, volumes, networks, ownership });
      return folders;
    } catch (error) {
      const violations = isEngineError(error, 'denied') ? error.details['violations'] : undefined;
      if (!Array.isArray(violations)) throw error;
      return [...(violations as Violation[]), ...folders];
    }
  });

function bindRefusal(source: string): Violation {
  return { field: 'mounts', reason: 'bind_not_allowed', params: { source } };
}

/** What the form asks while somebody types. Whether a host folder exists is told only to those who may mount it. */
export const checkCreate = procedure({ permission: 'container:create', audit: null })
  .input(checkCreateInput)
  .query(async ({ ctx, input: { environmentId: _environmentId, bindSource, ...part } }) => {
    const mayBind = can(requireActor(ctx), 'container:host-access');
    const asked = { ...part, ...(mayBind ? { bindSource } : {}) };
    const problems = await ctx.environment().containers.checkCreate(dropUndefined(asked));
    if (bindSource === undefined || mayBind) return problems;
    return [...problems, bindRefusal(bindSource)];
  });

function wishesOf({ name, platform }: z.output<typeof createContainerInput>) {
  return { ...(name === undefined ? {} : { name }), ...(platform === undefined ? {} : { platform }) };
}

function dropUndefined<T extends object>(part: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}
