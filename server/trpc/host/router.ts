import { userInfo } from 'node:os';
import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { procedure, requireActor } from '../procedure.ts';
import { endHostTerminalInput, hostChecksInput } from './host.schema.ts';

const info = procedure({ permission: 'host:view', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => ctx.environment().hostInfo());

const usage = procedure({ permission: 'host:view', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => ctx.environment().hostUsage());

/** By kind, measured now: for people who look after the disk. */
const diskUsage = procedure({ permission: 'host:view', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => ctx.environment().diskUsage());

/** What containers have written, as it was found a while ago; null before it has been measured. */
const diskParts = procedure({ permission: 'host:view', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => ctx.environment().diskParts() ?? null);

const checks = procedure({ permission: 'host:view', audit: null })
  .input(hostChecksInput)
  .query(({ ctx, input: { kept } }) => {
    const environment = ctx.environment();
    return kept ? environment.checks() : environment.doctor();
  });

/** Whether owners have a shell on the host, and those of this session. */
const terminal = procedure({ permission: 'host:terminal', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => {
    const { hostTerminals } = ctx.services;
    const { enabled, fixed } = hostTerminals.power;
    const { hostname } = hostTerminals;
    return { enabled, fixed, hostname, user: userInfo().username, open: hostTerminals.listOf(requireActor(ctx)) };
  });

const endTerminal = procedure({ permission: 'host:terminal', audit: 'host.terminal_close' })
  .input(endHostTerminalInput)
  .mutation(({ ctx, input }) => ctx.services.hostTerminals.end(requireActor(ctx), input.terminalId));

/** The door to the whole host: only for who gave the password lately. */
const switchOnTerminal = procedure({ permission: 'host:terminal', audit: 'host.terminal_on', proof: true })
  .input(environmentInput)
  .mutation(({ ctx }) => ctx.services.hostTerminals.power.set(true, requireActor(ctx).id));

/** Ends the shells that are open. */
const switchOffTerminal = procedure({ permission: 'host:terminal', audit: 'host.terminal_off' })
  .input(environmentInput)
  .mutation(({ ctx }) => ctx.services.hostTerminals.power.set(false, requireActor(ctx).id));

export const hostRouter = router({
  terminal,
  switchOnTerminal,
  switchOffTerminal,
  endTerminal,
  info,
  usage,
  diskParts,
  diskUsage,
  checks,
});
