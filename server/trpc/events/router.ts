import { router } from '../init.ts';
import { procedure, requireActor } from '../procedure.ts';
import { listEventsInput } from './events.schema.ts';

/** The newest events first, of the kinds of object the caller may see. */
const list = procedure({ permission: 'event:view', audit: null })
  .input(listEventsInput)
  .query(({ ctx, input: { environmentId, limit, type, objectId } }) => {
    const actor = requireActor(ctx);
    const { access } = ctx.services;
    return ctx
      .environment()
      .events.history()
      .filter((event) => type === undefined || event.type === type)
      .filter((event) => objectId === undefined || event.id === objectId)
      .filter((event) => {
        const permission = event.type === 'daemon' ? 'host:view' : `${event.type}:view`;
        return access.can(actor, permission, { environmentId, type: event.type, id: event.id });
      })
      .slice(-limit)
      .reverse();
  });

export const eventsRouter = router({ list });
