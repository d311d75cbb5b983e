import { mayView } from '../../realtime/event-access.ts';
import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { aboutObject } from './about-object.ts';
import { listEventsInput } from './events.schema.ts';

/** The newest events first, of the kinds of object the caller may see, without routine. */
const list = procedure({ permission: 'event:view', audit: null })
  .input(listEventsInput)
  .query(({ ctx, input: { limit, type, object, operationId, ...query } }) => {
    const past = ctx
      .environment()
      .events.past(query)
      .filter((event) => event.routine !== true && mayView(ctx.actor, event));
    return (object === undefined ? past : aboutObject(past, object))
      .filter((event) => type === undefined || event.type === type)
      .filter((event) => operationId === undefined || event.operationId === operationId)
      .slice(-limit)
      .reverse();
  });

export const eventsRouter = router({ list });
