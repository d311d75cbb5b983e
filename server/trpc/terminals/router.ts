import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { procedure, requireActor } from '../procedure.ts';
import { endTerminalInput, renameTerminalInput } from './terminals.schema.ts';

const list = procedure({ permission: 'container:exec', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => ctx.services.terminals.listOf(requireActor(ctx).id));

const end = procedure({ permission: 'container:exec', audit: 'container.exec_end' })
  .input(endTerminalInput)
  .mutation(({ ctx, input }) => ctx.services.terminals.end(requireActor(ctx).id, input.terminalId));

const rename = procedure({ permission: 'container:exec', audit: 'container.exec_rename' })
  .input(renameTerminalInput)
  .mutation(({ ctx, input: { terminalId, title } }) =>
    ctx.services.terminals.rename(requireActor(ctx).id, terminalId, title),
  );

/** One's own terminals; making and using them goes over the socket. */
export const terminalsRouter = router({ list, rename, end });
