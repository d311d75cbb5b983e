import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { EngineError } from '#engine/errors/index.ts';
import { AppError, codeOf, deniedError, isServerFault, mappingOf } from '#server/errors/index.ts';
import type { RequestContext } from './context.ts';
import { type ProcedureMeta, t } from './init.ts';
import type { Actor, AuditEntry, Resource } from './ports.ts';

/** What the gates read of an input before its own schema has judged it. */
const targetInput = z.looseObject({
  environmentId: z.string().max(64).default('local'),
  containerId: z.string().max(255).optional(),
  imageId: z.string().max(255).optional(),
  volumeName: z.string().max(255).optional(),
  operationId: z.string().max(64).optional(),
  sessionId: z.string().max(64).optional(),
});

const OBJECTS = [
  ['container', 'containerId'],
  ['image', 'imageId'],
  ['volume', 'volumeName'],
  ['operation', 'operationId'],
  ['session', 'sessionId'],
] as const;

/**
 * The one way to make a procedure: session, permission, audit and the error map come with it.
 * The audit row is written before the work; when it cannot be, the work is not begun.
 */
export function procedure(meta: ProcedureMeta) {
  return t.procedure
    .meta(meta)
    .use(async ({ ctx, next }) => {
      const result = await next();
      if (!result.ok) throw translate(ctx, result.error);
      return result;
    })
    .use(async ({ ctx, getRawInput, next }) => {
      const target = targetInput.safeParse((await getRawInput()) ?? {});
      if (!target.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: target.error });
      const resource = await findResource(ctx, meta.permission, target.data);
      const record = auditWriter(ctx, meta.audit, resource);
      try {
        checkPermission(ctx, meta.permission, resource);
      } catch (error) {
        await record('denied', { code: codeOf(error) });
        throw error;
      }
      await record('allowed');
      const { environments } = ctx.services;
      // Asked for late: session procedures work on a host whose engine does not.
      const environment = () => environments.get(resource.environmentId);
      const result = await next({ ctx: { resource, environment } });
      if (!result.ok) await record('failed', { code: codeOf(result.error.cause) });
      return result;
    });
}

/** Whoever is signed in; procedures with permission `public` have perhaps nobody. */
export function requireActor(ctx: { actor: Actor | undefined }): Actor {
  if (ctx.actor === undefined) throw notSignedIn();
  return ctx.actor;
}

function notSignedIn(): AppError {
  return new AppError('unauthenticated', 'Sign in first', { reason: 'not_signed_in' });
}

function checkPermission(ctx: RequestContext, permission: ProcedureMeta['permission'], resource: Resource): void {
  if (permission === 'public') return;
  const actor = requireActor(ctx);
  if (permission === 'self') return;
  if (!ctx.services.access.can(actor, permission, resource)) throw deniedError(permission);
}

/** The owner of a container decides about `own`; what does not exist has none, and the engine says so afterwards. */
async function findResource(
  ctx: RequestContext,
  permission: ProcedureMeta['permission'],
  target: z.output<typeof targetInput>,
): Promise<Resource> {
  const named = OBJECTS.find(([, key]) => target[key] !== undefined);
  const type = named?.[0] ?? permission.split(':')[0] ?? permission;
  const id = named === undefined ? undefined : target[named[1]];
  const resource: Resource = { environmentId: target.environmentId, type, id };
  if (ctx.actor === undefined || type !== 'container' || id === undefined) return resource;
  const { containers } = ctx.services.environments.get(target.environmentId);
  const detail = await containers.inspect(id);
  return { ...resource, id: detail.id, ownerId: detail.createdBy };
}

function auditWriter(ctx: RequestContext, action: string | null, resource: Resource) {
  return async (result: AuditEntry['result'], details?: Record<string, unknown>): Promise<void> => {
    if (action === null) return;
    await ctx.services.audit.record({
      requestId: ctx.requestId,
      environmentId: resource.environmentId,
      actor: ctx.actor,
      address: ctx.client.address,
      action,
      objectType: resource.type,
      objectId: resource.id,
      result,
      ...(details === undefined ? {} : { details }),
    });
  };
}

/** Gives an error of ours the status the one map says; errors of tRPC itself keep theirs. */
function translate(ctx: RequestContext, error: TRPCError): TRPCError {
  const cause = error.cause;
  if (cause instanceof z.ZodError || (cause === undefined && error.code !== 'INTERNAL_SERVER_ERROR')) return error;
  const original = cause ?? error;
  if (isServerFault(original)) ctx.services.log.error({ err: original, requestId: ctx.requestId }, 'request failed');
  else ctx.services.log.info({ code: codeOf(original), requestId: ctx.requestId }, 'request refused');
  const message = original instanceof EngineError || original instanceof AppError ? original.message : 'internal';
  return new TRPCError({ code: mappingOf(original).trpc, message, cause: original });
}
