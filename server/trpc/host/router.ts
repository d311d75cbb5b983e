import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { procedure } from '../procedure.ts';

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

const checks = procedure({ permission: 'host:view', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => ctx.environment().doctor());

export const hostRouter = router({ info, usage, diskUsage, checks });
