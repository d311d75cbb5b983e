import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { Permission } from '#server/access/index.ts';
import { invalidInput, toWireError } from '#server/errors/index.ts';
import type { RequestContext } from './context.ts';
import { serializeShared } from './shared-rows.ts';
import { deserialize } from './wire.schema.ts';

/** Data on every procedure: who may call it, and under which name it is written down. */
export interface ProcedureMeta {
  /** `public`: also for those who are not signed in. */
  permission: Permission | 'public';
  /** Null for what only reads. */
  audit: string | null;
  /** Needed besides when it is about an owner or makes one: nobody gives or takes more than they have. */
  forOwner?: Permission;
  /** The password was given in the last minutes: a page left open must not be enough. */
  proof?: true;
}

export const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: { serialize: serializeShared, deserialize },
    errorFormatter({ shape, error, ctx }) {
      const requestId = ctx?.requestId ?? '';
      if (error.cause instanceof z.ZodError) {
        const { reason, ...params } = invalidInput(error.cause);
        const wire = { code: 'invalid_argument', reason, params, requestId };
        const message = 'The request has fields that cannot be used';
        return { message, code: shape.code, data: { ...wire, trpcCode: error.code, httpStatus: 400, message } };
      }
      // Errors of tRPC itself (no such procedure, body not readable) have no cause and tell nothing secret.
      const ours = error.cause ?? (error.code === 'INTERNAL_SERVER_ERROR' ? error : undefined);
      const wire =
        ours === undefined
          ? {
              code: error.code.toLowerCase(),
              reason: error.code.toLowerCase(),
              params: {},
              message: error.message,
              requestId,
            }
          : toWireError(ours, requestId);
      return {
        message: wire.message,
        code: shape.code,
        data: { ...wire, trpcCode: error.code, httpStatus: shape.data.httpStatus },
      };
    },
  });

export const router = t.router;
