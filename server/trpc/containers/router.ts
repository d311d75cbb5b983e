import { isEngineError } from '#engine/errors/index.ts';
import { guardNames, redact } from '#server/access/index.ts';
import { router } from '../init.ts';
import { callerOf, procedure, requireActor } from '../procedure.ts';
import { bulkProcedure } from './bulk-containers.ts';
import {
  commitContainerInput,
  containerInput,
  containerPathInput,
  containerSizesInput,
  killContainerInput,
  listContainersInput,
  removeContainerInput,
  renameContainerInput,
  signalProcessInput,
  stopContainerInput,
  topInput,
  updateContainerInput,
} from './containers.schema.ts';
import { checkCreate, createContainer, judgeCreate, runContainer } from './create-container.ts';

/** The caller as the engine writes it into rows and events. */
function callOptions(
  ctx: Parameters<typeof requireActor>[0] & { operationId?: string | undefined },
  signal: AbortSignal | undefined,
) {
  return { actor: callerOf(requireActor(ctx), ctx.operationId), signal };
}

const list = procedure({ permission: 'container:view', audit: null })
  .input(listContainersInput)
  .query(({ ctx, input: { environmentId: _environmentId, ...filter } }) => ctx.environment().containers.list(filter));

const get = procedure({ permission: 'container:view', audit: null })
  .input(containerInput)
  .query(async ({ ctx, input }) => {
    const detail = await ctx.environment().containers.inspect(input.containerId);
    return redact(requireActor(ctx), detail);
  });

const start = procedure({ permission: 'container:start', audit: 'container.start' })
  .input(containerInput)
  .mutation(({ ctx, input, signal }) =>
    ctx.environment().containers.start(input.containerId, callOptions(ctx, signal)),
  );

const stop = procedure({ permission: 'container:stop', audit: 'container.stop' })
  .input(stopContainerInput)
  .mutation(({ ctx, input: { containerId, signal: name, timeoutSeconds }, signal }) =>
    ctx.environment().containers.stop(containerId, withStop(callOptions(ctx, signal), name, timeoutSeconds)),
  );

const restart = procedure({ permission: 'container:restart', audit: 'container.restart' })
  .input(stopContainerInput)
  .mutation(({ ctx, input: { containerId, signal: name, timeoutSeconds }, signal }) =>
    ctx.environment().containers.restart(containerId, withStop(callOptions(ctx, signal), name, timeoutSeconds)),
  );

/** The unix signal and the grace period, as far as they were given. */
function withStop(opts: ReturnType<typeof callOptions>, unixSignal?: string, timeoutSeconds?: number) {
  return { ...opts, unixSignal, timeoutSeconds };
}

const kill = procedure({ permission: 'container:kill', audit: 'container.kill' })
  .input(killContainerInput)
  .mutation(({ ctx, input, signal }) =>
    ctx.environment().containers.kill(input.containerId, withStop(callOptions(ctx, signal), input.signal)),
  );

/** Of the processes that its list shows. */
const signalProcess = procedure({ permission: 'container:kill', audit: 'container.signal_process' })
  .input(signalProcessInput)
  .mutation(({ ctx, input: { containerId, pid, startedAt, signal: unixSignal }, signal }) =>
    ctx
      .environment()
      .containers.signalProcess(containerId, { pid, startedAt }, { ...callOptions(ctx, signal), unixSignal }),
  );

const pause = procedure({ permission: 'container:pause', audit: 'container.pause' })
  .input(containerInput)
  .mutation(({ ctx, input, signal }) =>
    ctx.environment().containers.pause(input.containerId, callOptions(ctx, signal)),
  );

const unpause = procedure({ permission: 'container:pause', audit: 'container.unpause' })
  .input(containerInput)
  .mutation(({ ctx, input, signal }) =>
    ctx.environment().containers.unpause(input.containerId, callOptions(ctx, signal)),
  );

const rename = procedure({ permission: 'container:rename', audit: 'container.rename' })
  .input(renameContainerInput)
  .mutation(({ ctx, input, signal }) =>
    ctx.environment().containers.rename(input.containerId, input.name, callOptions(ctx, signal)),
  );

const update = procedure({ permission: 'container:update', audit: 'container.update' })
  .input(updateContainerInput)
  .mutation(({ ctx, input: { containerId, resources, restart }, signal }) =>
    ctx.environment().containers.update(containerId, { resources, restart }, callOptions(ctx, signal)),
  );

const remove = procedure({ permission: 'container:remove', audit: 'container.remove' })
  .input(removeContainerInput)
  .mutation(({ ctx, input: { containerId, force, volumes }, signal }) =>
    ctx.environment().containers.remove(containerId, { ...callOptions(ctx, signal), force, volumes }),
  );

const processes = procedure({ permission: 'container:processes', audit: null })
  .input(containerInput)
  .query(async ({ ctx, input }) => {
    const list = await ctx.environment().containers.processes(input.containerId);
    // When it was read: of two readings a page makes the share of CPU in between.
    const readAt = new Date();
    return list.map((one) => ({ ...one, readAt }));
  });

const top = procedure({ permission: 'container:processes', audit: null })
  .input(topInput)
  .query(({ ctx, input, signal }) =>
    ctx.environment().containers.top(input.containerId, input.psArgs, callOptions(ctx, signal)),
  );

/** One full sample; charts get theirs over the socket. */
const stats = procedure({ permission: 'container:stats', audit: null })
  .input(containerInput)
  .query(({ ctx, input }) => ctx.environment().containers.stats(input.containerId, { detail: true }));

const shells = procedure({ permission: 'container:exec', audit: null })
  .input(containerInput)
  .query(({ ctx, input }) => ctx.environment().containers.findShells(input.containerId));

/** Bytes of the writable layers; one that went meanwhile is left out. */
const sizes = procedure({ permission: 'container:view', audit: null })
  .input(containerSizesInput)
  .query(async ({ ctx, input }) => {
    const { containers } = ctx.environment();
    const found: { id: string; bytes: number }[] = [];
    for (const id of input.containerIds) {
      try {
        found.push({ id, bytes: await containers.writableBytes(id) });
      } catch (error) {
        if (!isEngineError(error, 'not_found')) throw error;
      }
    }
    return found;
  });

const changes = procedure({ permission: 'container:files-read', audit: null })
  .input(containerInput)
  .query(({ ctx, input, signal }) => ctx.environment().containers.changes(input.containerId, { signal }));

const statPath = procedure({ permission: 'container:files-read', audit: null })
  .input(containerPathInput)
  .query(({ ctx, input, signal }) => ctx.environment().containers.statPath(input.containerId, input.path, { signal }));

/** An operation: the layer may be large. The image belongs to whoever made it. */
const commit = procedure({ permission: 'container:commit', audit: 'container.commit' })
  .input(commitContainerInput)
  .mutation(async ({ ctx, input }) => {
    const { environmentId, containerId, ...wanted } = input;
    const { operations, ownership } = ctx.services;
    const { containers } = ctx.environment();
    const actor = requireActor(ctx);
    const object = { type: 'container', id: ctx.target.id, name: containerId };
    const request = { environmentId, kind: 'container.commit', actor, object, input };
    const { id } = await operations.start(request, async (opts) => {
      const image = await containers.commit(containerId, {
        ...wanted,
        ...opts,
        actor: callerOf(actor, opts.id),
        beforeReplace: guardNames(actor, ownership),
      });
      await ownership.claim('image', image.id, actor.id);
      return { id: image.id, references: image.references, sizeBytes: image.sizeBytes };
    });
    return { operationId: id };
  });

export const containersRouter = router({
  list,
  get,
  create: createContainer,
  run: runContainer,
  start,
  stop,
  restart,
  kill,
  pause,
  unpause,
  rename,
  update,
  remove,
  bulk: bulkProcedure({ start, stop, restart, kill, pause, unpause, remove }),
  changes,
  statPath,
  commit,
  checkCreate,
  judge: judgeCreate,
  processes,
  signalProcess,
  top,
  stats,
  sizes,
  shells,
});
