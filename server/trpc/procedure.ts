import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { Caller } from '#engine/events/index.ts';
import { can, type SessionActor } from '#server/access/index.ts';
import type { AuditResult } from '#server/audit/index.ts';
import { AppError, codeOf, deniedError, isServerFault, mappingOf, toKnownError } from '#server/errors/index.ts';
import { assertStillEntitled } from './assert-still-entitled.ts';
import type { RequestContext } from './context.ts';
import { type ProcedureMeta, t } from './init.ts';
import { findTarget, type Target, targetInput } from './target.ts';

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
      const input = targetInput.safeParse((await getRawInput()) ?? {});
      if (!input.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: input.error });
      const target = await findTarget(ctx, meta.permission, input.data);
      const record = auditWriter(ctx, meta.audit, target);
      try {
        if (ctx.isLate === true) await assertStillEntitled(ctx.services.auth, requireActor(ctx));
        checkPermission(ctx, meta, target);
        if (meta.proof === true) await checkProof(ctx);
      } catch (error) {
        await record('denied', { code: codeOf(error) });
        throw error;
      }
      await record('allowed');
      const { environments } = ctx.services;
      // Asked for late: session procedures work on a host whose engine does not.
      const environment = () => environments.get(target.environmentId);
      const result = await next({ ctx: { target, environment } });
      if (!result.ok) await record('failed', { code: codeOf(result.error.cause) });
      return result;
    });
}

/** Whoever is signed in; procedures with permission `public` have perhaps nobody. */
export function requireActor(ctx: Pick<RequestContext, 'actor' | 'whyEnded'>): SessionActor {
  if (ctx.actor === undefined) throw notSignedIn(ctx.whyEnded);
  return ctx.actor;
}

/** The same as the engine writes it into rows and events, with the operation that it is asked in. */
export function callerOf({ id, name }: SessionActor, operationId?: string): Caller {
  return { id, name, entrance: 'ui', operationId };
}

/** With why the session that was named is over, where that is known. */
function notSignedIn(ended: RequestContext['whyEnded']): AppError {
  return new AppError('unauthenticated', 'Sign in first', { reason: 'not_signed_in', ...(ended && { ended }) });
}

function checkPermission(ctx: RequestContext, { permission, forOwner }: ProcedureMeta, target: Target): void {
  if (permission === 'public') return;
  const actor = requireActor(ctx);
  if (!can(actor, permission, target.resource)) throw deniedError(permission);
  if (forOwner !== undefined && target.isOwner === true && !can(actor, forOwner)) throw deniedError(forOwner);
}

async function checkProof(ctx: RequestContext): Promise<void> {
  const session = await ctx.services.auth.sessions.check(requireActor(ctx).sessionId);
  if (session?.recentlyProved === true) return;
  throw new AppError('unauthenticated', 'This asks for the password once more', { reason: 'proof_needed' });
}

function auditWriter(ctx: RequestContext, action: string | null, target: Target) {
  return async (result: AuditResult, details?: Record<string, unknown>): Promise<void> => {
    if (action === null) return;
    const { id, type, claimedName } = target;
    await ctx.services.audit.append({
      requestId: ctx.requestId,
      environmentId: target.environmentId,
      actor: ctx.actor ?? { id: undefined, name: claimedName || 'nobody' },
      address: ctx.client.address,
      action,
      object: { type, id, name: claimedName },
      result,
      details,
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
  const message = toKnownError(original)?.message ?? 'internal';
  return new TRPCError({ code: mappingOf(original).trpc, message, cause: original });
}
