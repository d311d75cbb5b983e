import { EngineError } from '#engine/errors/index.ts';
import { containersRouter } from '../containers/router.ts';
import { imagesRouter } from '../images/router.ts';
import { procedure } from '../procedure.ts';
import { volumesRouter } from '../volumes/router.ts';
import { operationInput } from './operations.schema.ts';

/** The procedure behind each kind of operation that keeps what it was asked for with. */
const REPEATABLE = {
  'image.import': imagesRouter.importUrl,
  'image.load': imagesRouter.loadUrl,
  'image.prune': imagesRouter.prune,
  'container.commit': containersRouter.commit,
  'containers.start': containersRouter.bulk,
  'containers.stop': containersRouter.bulk,
  'containers.restart': containersRouter.bulk,
  'containers.kill': containersRouter.bulk,
  'containers.pause': containersRouter.bulk,
  'containers.unpause': containersRouter.bulk,
  'containers.remove': containersRouter.bulk,
  'volume.prune': volumesRouter.prune,
  'volume.clone': volumesRouter.clone,
};

/**
 * Asks for the same again, as a new operation. It goes through the gates of the procedure that began the first one, for whoever
 * retries: to see an operation is no right to do it.
 */
export const retryOperation = procedure({ permission: 'operation:view', audit: 'operation.retry' })
  .input(operationInput)
  .mutation(async ({ ctx, input: { operationId }, signal }): Promise<{ operationId: string }> => {
    const { kind, input } = await ctx.services.operations.failedRequest(operationId);
    const asked = Object.hasOwn(REPEATABLE, kind) ? REPEATABLE[kind as keyof typeof REPEATABLE] : undefined;
    if (asked === undefined) {
      const message = `Operations of the kind ${kind} cannot be asked for again`;
      throw new EngineError('conflict', message, { reason: 'operation_not_repeatable', id: operationId });
    }
    return asked({ ctx, getRawInput: async () => input, path: kind, type: 'mutation', signal, batchIndex: 0 });
  });
