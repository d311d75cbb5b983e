import { grantsOf } from '#server/access/index.ts';
import { readPreferences, type SignedIn, sessionLimits } from '#server/auth/index.ts';
import type { RequestContext } from '../context.ts';
import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { procedure, requireActor } from '../procedure.ts';
import {
  changePasswordInput,
  endSessionInput,
  preferencesInput,
  proveInput,
  setupInput,
  signInInput,
} from './session.schema.ts';

/** Who am I, and what may I, or why no longer; also what the pages before sign-in need to know. */
const me = procedure({ permission: 'public', audit: null })
  .input(environmentInput)
  .query(async ({ ctx }) => {
    const { auth } = ctx.services;
    const { actor } = ctx;
    const found = actor && (await auth.sessions.check(actor.sessionId));
    const user =
      actor === undefined
        ? undefined
        : {
            id: actor.id,
            name: actor.name,
            role: actor.role,
            grants: grantsOf(actor),
            preferences: readPreferences(found?.preferencesJson ?? '{}'),
          };
    const session = found && {
      expiresAt: found.expiresAt,
      provedUntil: found.provedUntil,
      idleMs: sessionLimits(found.actor.role).idleMs,
    };
    const needsSetup = actor === undefined && (await auth.needsSetup());
    // Strangers need not know which one this is.
    const version = user === undefined ? undefined : ctx.services.version;
    const dockerSocket = user === undefined ? undefined : ctx.services.dockerClients?.socket;
    return { user, session, version, dockerSocket, needsSetup, whyEnded: ctx.whyEnded };
  });

const signIn = procedure({ permission: 'public', audit: 'session.sign_in' })
  .input(signInInput)
  .mutation(async ({ ctx, input }) => {
    const { name, password, newPassword } = input;
    const session = await ctx.services.auth.signIn({ name, password, newPassword }, ctx.client);
    return opened(ctx, session);
  });

const signOut = procedure({ permission: 'profile:manage', audit: 'session.sign_out' })
  .input(environmentInput)
  .mutation(async ({ ctx }) => {
    await ctx.services.auth.signOut(requireActor(ctx));
    ctx.setSession(undefined);
  });

/** Makes the first owner; afterwards the code is worth nothing. */
const setup = procedure({ permission: 'public', audit: 'session.setup' })
  .input(setupInput)
  .mutation(async ({ ctx, input }) => {
    const { code, name, password, preferences } = input;
    const session = await ctx.services.auth.setUp({ code, name, password, preferences }, ctx.client);
    return opened(ctx, session);
  });

/** How the dashboard looks to whoever is signed in, here and in every other browser. */
const setPreferences = procedure({ permission: 'profile:manage', audit: 'session.set_preferences' })
  .input(preferencesInput)
  .mutation(({ ctx, input }) => ctx.services.auth.changePreferences(requireActor(ctx).id, input.preferences));

const changePassword = procedure({ permission: 'profile:manage', audit: 'session.change_password' })
  .input(changePasswordInput)
  .mutation(({ ctx, input: { currentPassword, newPassword } }) =>
    ctx.services.auth.changePassword(
      requireActor(ctx),
      { oldPassword: currentPassword, newPassword },
      ctx.client.address,
    ),
  );

/** The password once more: for ten minutes what asks for it is open. */
const prove = procedure({ permission: 'profile:manage', audit: 'session.prove' })
  .input(proveInput)
  .mutation(({ ctx, input }) => ctx.services.auth.prove(requireActor(ctx), input.password, ctx.client.address));

const listSessions = procedure({ permission: 'profile:manage', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => listOwn(ctx));

const endSession = procedure({ permission: 'profile:manage', audit: 'session.end' })
  .input(endSessionInput)
  .mutation(({ ctx, input }) => endOwn(ctx, input.sessionId));

async function listOwn(ctx: RequestContext) {
  const { id, sessionId } = requireActor(ctx);
  const sessions = await ctx.services.auth.sessions.list(id);
  return sessions.map((session) => ({ ...session, current: session.id === sessionId }));
}

async function endOwn(ctx: RequestContext, sessionId: string): Promise<{ ended: boolean }> {
  return { ended: await ctx.services.auth.sessions.end(requireActor(ctx).id, sessionId) };
}

/** Puts the cookie on the answer; the token itself never is in its body. */
function opened(ctx: RequestContext, { token, session, user, preferences }: SignedIn) {
  ctx.setSession({ token, expiresAt: session.expiresAt });
  return { user: { id: user.id, name: user.name, role: user.role, preferences } };
}

export const sessionRouter = router({
  me,
  signIn,
  signOut,
  setup,
  setPreferences,
  changePassword,
  prove,
  listSessions,
  endSession,
});
