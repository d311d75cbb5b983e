import { EngineError } from '#engine/errors/index.ts';
import { rolesThatGive } from '#server/access/index.ts';
import type { UserInfo } from '#server/auth/index.ts';
import type { RequestContext } from '../context.ts';
import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { procedure, requireActor } from '../procedure.ts';
import { changeRoleInput, grantorsInput, inviteInput, setDisabledInput, userInput } from './users.schema.ts';

/** Owners are changed by owners; and what changes who may do what asks for the password again. */
const GRAVE = { permission: 'user:manage', forOwner: 'owner:change', proof: true } as const;

/** Everybody with an account, with their open sessions; by name. */
const list = procedure({ permission: 'user:manage', audit: null })
  .input(environmentInput)
  .query(async ({ ctx }) => {
    const { auth } = ctx.services;
    const [users, sessions] = await Promise.all([auth.listUsers(), auth.sessions.countByUser()]);
    return users.map((user) => {
      const { count = 0, lastSeenAt = user.lastSignInAt } = sessions.get(user.id) ?? {};
      return { ...user, sessions: count, lastSeenAt };
    });
  });

/** So many names are enough to ask one of them. */
const NAMED = 5;

/** For whoever is refused something: who can lift that, owners first. */
const grantors = procedure({ permission: 'profile:manage', audit: null })
  .input(grantorsInput)
  .query(async ({ ctx, input: { permission = '' } }) => {
    const users = (await ctx.services.auth.listUsers()).filter(({ disabled }) => !disabled);
    const people = rolesThatGive(permission).flatMap((role) => users.filter((user) => user.role === role));
    return people.slice(0, NAMED).map(({ name }) => name);
  });

/** Where somebody is signed in. */
const sessions = procedure({ permission: 'user:manage', audit: null })
  .input(userInput)
  .query(async ({ ctx, input }) => {
    const { id } = await findUser(ctx, input.userName);
    return (await ctx.services.auth.sessions.list(id)).map(({ userId: _userId, ...session }) => session);
  });

/** A new account; the answer is the only place where its first password stands. */
const create = procedure({ ...GRAVE, audit: 'user.create' })
  .input(inviteInput)
  .mutation(async ({ ctx, input: { newUserName, role } }) => {
    const { user, password } = await ctx.services.auth.inviteUser({ name: newUserName, role });
    return { name: user.name, role: user.role, password };
  });

/** Ends all sessions of the user: they were begun under other rights. */
const changeRole = procedure({ ...GRAVE, audit: 'user.change_role' })
  .input(changeRoleInput)
  .mutation(async ({ ctx, input: { userName, role } }) => {
    const user = await ctx.services.auth.changeUser(userName, { role });
    return { name: user.name, role: user.role };
  });

const setDisabled = procedure({ ...GRAVE, audit: 'user.set_disabled' })
  .input(setDisabledInput)
  .mutation(async ({ ctx, input: { userName, disabled } }) => {
    if (disabled) await refuseOwn(ctx, userName);
    const user = await ctx.services.auth.changeUser(userName, { disabled });
    return { name: user.name, disabled: user.disabled };
  });

/** For somebody who forgot theirs: the answer is the only place where the new one stands. */
const resetPassword = procedure({ ...GRAVE, audit: 'user.reset_password' })
  .input(userInput)
  .mutation(async ({ ctx, input: { userName } }) => {
    await refuseOwn(ctx, userName);
    const { user, password } = await ctx.services.auth.drawPasswordFor(userName);
    return { name: user.name, password };
  });

/** Signing somebody out takes nothing from them, so that admins may do it to owners. */
const endSessions = procedure({ permission: 'user:manage', audit: 'user.end_sessions' })
  .input(userInput)
  .mutation(async ({ ctx, input }) => {
    const { id } = await findUser(ctx, input.userName);
    return { ended: await ctx.services.auth.sessions.endAll(id, 'ended_by_admin') };
  });

async function findUser(ctx: RequestContext, name: string): Promise<UserInfo> {
  const user = await ctx.services.auth.findUser(name);
  if (user === undefined)
    throw new EngineError('not_found', `No such user: ${name}`, { reason: 'user_not_found', name });
  return user;
}

/** One's own account has a page where the old password is asked for; and nobody shuts themselves out by mistake. */
async function refuseOwn(ctx: RequestContext, name: string): Promise<void> {
  const user = await findUser(ctx, name);
  if (user.id !== requireActor(ctx).id) return;
  throw new EngineError('conflict', 'This is the account that is signed in', {
    reason: 'own_account',
    name: user.name,
  });
}

export const usersRouter = router({
  list,
  grantors,
  sessions,
  create,
  changeRole,
  setDisabled,
  resetPassword,
  endSessions,
});
