import { AppError } from '#server/errors/index.ts';
import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { procedure, requireActor } from '../procedure.ts';
import { changePasswordInput, endSessionInput, setupInput, signInInput } from './session.schema.ts';

/** Who am I, and what may I; also what the pages before sign-in need to know. */
const me = procedure({ permission: 'public', audit: null })
  .input(environmentInput)
  .query(async ({ ctx }) => {
    const { auth, access } = ctx.services;
    const { actor } = ctx;
    const user =
      actor === undefined
        ? undefined
        : { id: actor.userId, name: actor.name, role: actor.role, permissions: access.permissionsOf(actor) };
    return { user, needsSetup: actor === undefined && (await auth.needsSetup()) };
  });

const signIn = procedure({ permission: 'public', audit: 'session.sign_in' })
  .input(signInInput)
  .mutation(async ({ ctx, input }) => {
    const session = await ctx.services.auth.signIn({ name: input.name, password: input.password }, ctx.client);
    ctx.setSession(session);
    return { user: { id: session.actor.userId, name: session.actor.name, role: session.actor.role } };
  });

const signOut = procedure({ permission: 'self', audit: 'session.sign_out' })
  .input(environmentInput)
  .mutation(async ({ ctx }) => {
    await ctx.services.auth.signOut(requireActor(ctx));
    ctx.setSession(undefined);
  });

/** Makes the first owner; afterwards the code is worth nothing. */
const setup = procedure({ permission: 'public', audit: 'session.setup' })
  .input(setupInput)
  .mutation(async ({ ctx, input }) => {
    if (!(await ctx.services.auth.needsSetup()))
      throw new AppError('gone', 'This server has been set up already', { reason: 'already_set_up' });
    const { code, name, password } = input;
    const session = await ctx.services.auth.setup({ code, name, password }, ctx.client);
    ctx.setSession(session);
    return { user: { id: session.actor.userId, name: session.actor.name, role: session.actor.role } };
  });

const changePassword = procedure({ permission: 'self', audit: 'session.change_password' })
  .input(changePasswordInput)
  .mutation(({ ctx, input: { currentPassword, newPassword } }) =>
    ctx.services.auth.changePassword(requireActor(ctx), { currentPassword, newPassword }),
  );

const listSessions = procedure({ permission: 'self', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => ctx.services.auth.listSessions(requireActor(ctx)));

const endSession = procedure({ permission: 'self', audit: 'session.end' })
  .input(endSessionInput)
  .mutation(({ ctx, input }) => ctx.services.auth.endSession(requireActor(ctx), input.sessionId));

export const sessionRouter = router({ me, signIn, signOut, setup, changePassword, listSessions, endSession });
